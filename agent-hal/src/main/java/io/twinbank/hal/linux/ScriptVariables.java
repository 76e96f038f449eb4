// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A boot loader behind a script of the board's, with the contract of RAUC's custom boot back end. The banks' boot names are A and B.
 *
 * <table>
 * <caption>What the script is called with</caption>
 * <tr><td>{@code get-primary}</td><td>prints the bank that is booted first</td></tr>
 * <tr><td>{@code set-primary BANK}</td><td>has it booted first</td></tr>
 * <tr><td>{@code get-state BANK}</td><td>of RAUC's contract; not called</td></tr>
 * <tr><td>{@code set-state BANK good|bad}</td><td>confirms it, or gives it up</td></tr>
 * <tr><td>{@code get-current}</td><td>prints the bank that was booted; may be missing</td></tr>
 * <tr><td>{@code get-attempts BANK}</td><td>prints how many boots it has left, 0 to 9; not of RAUC's contract, may be missing</td></tr>
 * <tr><td>{@code set-attempts BANK N}</td><td>gives it so many; called where {@code get-attempts} answers</td></tr>
 * </table>
 *
 * <p>Each call is durable when the script ends, and it ends with 0 within 30 s. What the contract can't say, the trial and its id, is in
 * a record of the agent's. An armed trial and one that fell back are told apart by the kernel's {@code boot_id}. Not thread-safe.
 */
public final class ScriptVariables extends LoggedVariables {
    static final String PRIMARY = "primary";
    static final String CURRENT = "current";
    /** This boot, and the one in which the record was settled. */
    static final String BOOT = "boot";

    static final String SETTLED_BOOT = "twinbank_boot";

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_RECORD_BYTES = 1024;

    private final Path script;
    private final CopyPair record;
    private final Path bootId;
    private final boolean countsAttempts;

    private ScriptVariables(Path script, CopyPair record, Path bootId) throws HalException {
        this.script = script;
        this.record = record;
        this.bootId = bootId;
        this.countsAttempts = ask("get-attempts", "A").isPresent();
    }

    /**
     * Returns the variables behind a script, and calls it once.
     *
     * @param script the program
     * @param directory for the record, made if it doesn't exist; on a file system that a power cut can't take
     * @return the variables
     * @throws HalException {@code UNSUPPORTED} if the script can't be started; {@code TIMEOUT}; {@code IO}
     */
    public static ScriptVariables open(Path script, Path directory) throws HalException {
        return open(script, directory, Path.of("/proc/sys/kernel/random/boot_id"));
    }

    static ScriptVariables open(Path script, Path directory, Path bootId) throws HalException {
        try {
            Disk.REAL.createDirectories(directory);
        } catch (IOException e) {
            throw Disk.fault("make", directory, e);
        }
        return new ScriptVariables(script, new CopyPair(Disk.REAL, directory, "BOOT", MAX_RECORD_BYTES), bootId);
    }

    static String state(BankId bank) {
        return "state." + bank;
    }

    static String attempts(BankId bank) {
        return "attempts." + bank;
    }

    boolean countsAttempts() {
        return countsAttempts;
    }

    /** A state isn't looked at: to confirm a good one again is what gives it new attempts, on some boards. */
    @Override
    SortedMap<String, String> observe() throws HalException {
        SortedMap<String, String> found = new TreeMap<>();
        found.put(PRIMARY, demand("get-primary"));
        found.put(BOOT, boot());
        ask("get-current").ifPresent(bank -> found.put(CURRENT, bank));
        if (countsAttempts) {
            for (BankId bank : BankId.values()) {
                found.put(attempts(bank), demand("get-attempts", bank.name()));
            }
        }
        return found;
    }

    @Override
    void give(String name, String value) throws HalException {
        if (name.equals(PRIMARY)) {
            demand("set-primary", value);
            String now = demand("get-primary");
            if (!now.equals(value)) {
                throw new HalException(
                        HalException.Kind.IO,
                        script + " set-primary " + value + " is done, but get-primary prints \"" + now + "\"");
            }
        } else {
            int dot = name.indexOf('.');
            demand("set-" + name.substring(0, dot), name.substring(dot + 1), value);
        }
    }

    @Override
    void settle(SortedMap<String, String> own) throws HalException {
        own.put(SETTLED_BOOT, boot());
    }

    @Override
    Optional<byte[]> loadRecord() throws HalException {
        StateStore.Loaded loaded = record.read();
        if (loaded instanceof StateStore.Corrupt corrupt) {
            throw new HalException(
                    HalException.Kind.IO,
                    "the record of the boot loader's variables is damaged (" + corrupt
                            + "): delete BOOT.0 and BOOT.1, which ends a trial");
        }
        return loaded instanceof StateStore.Found found ? Optional.of(found.record()) : Optional.empty();
    }

    @Override
    void storeRecord(byte[] bytes) throws HalException {
        record.write(bytes);
    }

    private String boot() throws HalException {
        try {
            return Files.readString(bootId, StandardCharsets.US_ASCII).trim();
        } catch (IOException e) {
            throw Disk.fault("read", bootId, e);
        }
    }

    private Optional<String> ask(String... words) throws HalException {
        Program.Result result = call(words);
        return result.exitCode() == 0 ? Optional.of(result.text()) : Optional.empty();
    }

    private String demand(String... words) throws HalException {
        Program.Result result = call(words);
        if (result.exitCode() != 0) {
            throw new HalException(
                    HalException.Kind.IO,
                    script + " " + String.join(" ", words) + " ended with " + result.exitCode() + ", expected 0: "
                            + result.error());
        }
        return result.text();
    }

    private Program.Result call(String... words) throws HalException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(words));
        return Program.run(LIMIT, command);
    }
}

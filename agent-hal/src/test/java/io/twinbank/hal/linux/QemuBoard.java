// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootControl.Enforcement;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.BootControlContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A board in QEMU with a real boot loader and a boot script. Its variables and banks are on a disk, on which the host works while the
 * board is off. What boots is a bank with a mark: it says so, with what a kernel would get on its command line, and switches the board
 * off.
 */
abstract class QemuBoard implements BootControlContract.Rig, BootableBanks {
    private static final Pattern BOOTED = Pattern.compile("BOOTED ([AB]) twinbank\\.slot=([AB])\\s");

    private final Path folder;
    private final BootConvention convention;
    private BankId running = BankId.A;
    private String console = "";

    QemuBoard(Path folder, BootConvention convention) {
        this.folder = folder;
        this.convention = convention;
    }

    /** Returns the boot loader's variables, as the host has them while the board is off. */
    abstract BootVariables variables() throws IOException;

    /** Returns the command that runs the board until it switches itself off; its console goes to the file {@code console}. */
    abstract List<String> board();

    /** Has to say of its own kernel what a boot made of the variables. */
    @Override
    public final BootControl control() throws IOException {
        Optional<BankId> said = convention.runningBank(variables()).bank();
        assertEquals(running, said.orElse(running), "the bank that runs, and what the variables say of it");
        return VariableBootControl.of(variables(), convention, this, Enforcement.AGENT_ONLY);
    }

    @Override
    public void boot() throws IOException {
        Process board = new ProcessBuilder(board())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(file("qemu.log").toFile())
                .start();
        try {
            boolean ended = board.waitFor(60, TimeUnit.SECONDS);
            board.destroyForcibly().waitFor();
            console = Files.readString(file("console"));
            Matcher booted = BOOTED.matcher(console);
            if (!ended || !booted.find()) {
                throw new IOException(
                        "nothing booted, ended " + ended + ": " + console + Files.readString(file("qemu.log")));
            }
            running = BankId.valueOf(booted.group(1));
            assertEquals(running.name(), booted.group(2), "what the kernel was told");
        } catch (InterruptedException e) {
            board.destroyForcibly();
            throw new IOException(e);
        }
    }

    /** Returns what the board printed at its last boot. */
    final String console() {
        return console;
    }

    @Override
    public final BankId running() {
        return running;
    }

    @Override
    public final OptionalLong securityVersion(BankId bank) throws HalException {
        return isBootable(bank) ? OptionalLong.of(0) : OptionalLong.empty();
    }

    final Path file(String name) {
        return folder.resolve(name);
    }

    final void run(Path tool, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(tool.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            assertEquals(0, process.waitFor(), printed);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}

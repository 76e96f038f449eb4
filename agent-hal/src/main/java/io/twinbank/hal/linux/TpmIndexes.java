// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NV indexes of a TPM 2.0 with 8 bytes each, through tpm2-tools. They are defined with the owner's authorization, which must be empty for
 * that, and used with their own, which is empty. So whoever sets the owner's afterwards has made them undeletable for the device.
 */
final class TpmIndexes {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern HANDLE = Pattern.compile("(?m)^0x([0-9a-fA-F]{1,8}):\\s*$");
    private static final Pattern ATTRIBUTES = Pattern.compile(
            "attributes:\\s+friendly: *(\\S*)\\s+value: *0x([0-9a-fA-F]{1,8})\\s+size: *([0-9]{1,5})\\s");
    // no_da: a locked-out TPM still counts
    private static final String COUNTER = "ownerread|authread|authwrite|no_da|nt=counter";
    private static final String WRITE_ONCE = "ownerread|authread|authwrite|no_da|writedefine";

    private final Runner runner;
    private final String tcti;

    /** Runs a tool; the seam where a test puts one that hangs. */
    @FunctionalInterface
    interface Runner {
        Program.Result run(Duration limit, List<String> command, byte[] input) throws HalException;
    }

    /**
     * What an index is.
     *
     * @param attributes as of the TPM 2.0 library, part 2, section 13.4
     * @param sizeBytes how much it holds
     * @param friendly the attributes, for people
     */
    record Index(long attributes, int sizeBytes, String friendly) {
        private static final long WRITE_LOCKED = 1L << 11;
        private static final long WRITE_DEFINE = 1L << 13;
        private static final long WRITTEN = 1L << 29;
        private static final long TYPE = 0xf0;
        private static final long TYPE_COUNTER = 0x10;

        boolean isCounter() {
            return (attributes & TYPE) == TYPE_COUNTER && sizeBytes == Long.BYTES;
        }

        boolean isWriteOnce() {
            return (attributes & TYPE) == 0 && (attributes & WRITE_DEFINE) != 0 && sizeBytes == Long.BYTES;
        }

        boolean isWritten() {
            return (attributes & WRITTEN) != 0;
        }

        boolean isLocked() {
            return (attributes & WRITE_LOCKED) != 0;
        }
    }

    /**
     * Makes a view of a TPM.
     *
     * @param tcti how tpm2-tools reach it; empty for their own way
     */
    TpmIndexes(Runner runner, String tcti) {
        this.runner = runner;
        this.tcti = tcti;
    }

    /** Returns all that there are. */
    Map<Integer, Index> all() throws HalException {
        String text = run("tpm2_nvreadpublic").text() + "\n";
        Map<Integer, Index> found = new TreeMap<>();
        Matcher handle = HANDLE.matcher(text);
        Matcher attributes = ATTRIBUTES.matcher(text);
        while (handle.find()) {
            if (!attributes.find(handle.end())) {
                throw new HalException(
                        HalException.Kind.IO,
                        "tpm2_nvreadpublic: found no attributes of 0x" + handle.group(1) + ", expected some");
            }
            found.put(
                    Integer.parseUnsignedInt(handle.group(1), 16),
                    new Index(
                            Long.parseLong(attributes.group(2), 16),
                            Integer.parseInt(attributes.group(3)),
                            attributes.group(1)));
        }
        return found;
    }

    void defineCounter(int index) throws HalException {
        define(index, COUNTER);
    }

    void defineWriteOnce(int index) throws HalException {
        define(index, WRITE_ONCE);
    }

    private void define(int index, String attributes) throws HalException {
        run("tpm2_nvdefine", name(index), "-C", "o", "-s", "8", "-a", attributes);
    }

    void increment(int index) throws HalException {
        run("tpm2_nvincrement", name(index), "-C", name(index));
    }

    long read(int index) throws HalException {
        byte[] bytes =
                run("tpm2_nvread", name(index), "-C", name(index), "-s", "8").output();
        if (bytes.length != Long.BYTES || bytes[0] < 0) {
            throw new HalException(
                    HalException.Kind.IO,
                    "tpm2_nvread " + name(index) + ": found " + bytes.length
                            + " bytes, expected a number of 63 bits in 8");
        }
        return ByteBuffer.wrap(bytes).getLong();
    }

    void write(int index, long value) throws HalException {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        run(bytes, "tpm2_nvwrite", name(index), "-C", name(index), "-i", "-");
    }

    void lock(int index) throws HalException {
        run("tpm2_nvwritelock", name(index), "-C", name(index));
    }

    private Program.Result run(String... command) throws HalException {
        return run(new byte[0], command);
    }

    private Program.Result run(byte[] input, String... command) throws HalException {
        List<String> all = new ArrayList<>(List.of(command));
        if (!tcti.isEmpty()) {
            all.addAll(List.of("-T", tcti));
        }
        Program.Result result = runner.run(LIMIT, all, input);
        if (result.exitCode() != 0) {
            throw new HalException(
                    HalException.Kind.IO,
                    String.join(" ", command) + ": exit code " + result.exitCode() + ": " + lastError(result.error()));
        }
        return result;
    }

    /** The tools first complain about each layer below them. */
    private static String lastError(String error) {
        String telling = "nothing said";
        for (String line : error.split("\n", -1)) {
            if (line.startsWith("ERROR: ") && !line.startsWith("ERROR: Unable to run")) {
                telling = line.substring("ERROR: ".length());
            }
        }
        return telling;
    }

    static String name(int index) {
        return String.format(Locale.ROOT, "0x%08x", index);
    }
}

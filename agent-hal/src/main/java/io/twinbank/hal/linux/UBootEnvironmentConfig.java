// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where U-Boot's environment lies, as {@code fw_env.config} says for {@code fw_printenv} and {@code fw_setenv} too: a line for each
 * copy with a device or file, an offset and a size, both in bytes, decimal or {@code 0x} hexadecimal or with a leading 0 octal.
 * Blank lines, what follows a {@code #}, and the fields behind these three are ignored; an offset below 0 counts from the end.
 *
 * @param copies one, or two of the same size
 */
record UBootEnvironmentConfig(List<Copy> copies) {
    /** How small a copy can be: a checksum, a flag, and no variable. */
    static final int MIN_BYTES = 16;
    /** How large a copy may be; U-Boot's own are 8 to 256 KiB. */
    static final int MAX_BYTES = 4 << 20;

    private static final int MAX_FILE_BYTES = 64 << 10;

    /**
     * Where one copy lies.
     *
     * @param device a block device or a file
     * @param offset its first byte
     * @param sizeBytes its length
     */
    record Copy(Path device, long offset, int sizeBytes) {
        @Override
        public String toString() {
            return device + " at 0x" + Long.toHexString(offset);
        }
    }

    UBootEnvironmentConfig {
        copies = List.copyOf(copies);
    }

    /** Tells whether a cut in a write leaves a good copy. */
    boolean isRedundant() {
        return copies.size() == 2;
    }

    /**
     * Reads the file.
     *
     * @param file such as {@code /etc/fw_env.config}; relative devices in it resolve against its folder
     * @throws HalException {@code IO} if it can't be read; {@code UNSUPPORTED} with the line's number if it asks for something else
     */
    static UBootEnvironmentConfig read(Path file) throws HalException {
        List<Copy> copies = new ArrayList<>();
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new HalException(
                        HalException.Kind.UNSUPPORTED,
                        file + ": " + Files.size(file) + " bytes, at most " + MAX_FILE_BYTES);
            }
            int number = 0;
            for (String line :
                    Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
                number++;
                String text = line.replaceFirst("#.*", "").trim();
                if (!text.isEmpty()) {
                    copies.add(copy(file, number, text.split("\\s+", -1)));
                }
            }
        } catch (IOException e) {
            throw Disk.fault("read", file, e);
        }
        if (copies.isEmpty() || copies.size() > 2) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    file + ": " + copies.size()
                            + " copies of the environment, expected 1 or, to survive power cuts, 2");
        }
        if (copies.size() == 2) {
            requireApart(file, copies.get(0), copies.get(1));
        }
        return new UBootEnvironmentConfig(copies);
    }

    private static void requireApart(Path file, Copy first, Copy second) throws HalException {
        if (first.sizeBytes() != second.sizeBytes()) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    file + ": copies of " + first.sizeBytes() + " and " + second.sizeBytes()
                            + " bytes, expected the same size");
        }
        boolean apart = !first.device().equals(second.device())
                || Math.abs(first.offset() - second.offset()) >= first.sizeBytes();
        if (!apart) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    file + ": the copies overlap: " + first + " and " + second + ", each of " + first.sizeBytes()
                            + " bytes");
        }
    }

    private static Copy copy(Path file, int line, String[] fields) throws HalException {
        if (fields.length < 3) {
            throw wrong(file, line, fields.length + " fields", "DEVICE OFFSET SIZE");
        }
        String device = fields[0];
        if (device.matches("/dev/(mtd|ubi).*")) {
            throw wrong(
                    file,
                    line,
                    device,
                    "a block device or a file; raw flash has to be erased first, so use boot.kind = script with fw_setenv");
        }
        long size = number(file, line, fields[2]);
        if (size < MIN_BYTES || size > MAX_BYTES) {
            throw wrong(file, line, "a size of " + size, MIN_BYTES + " to " + MAX_BYTES + " bytes");
        }
        try {
            Path path = Disk.parentOf(file).resolve(device);
            return new Copy(path, number(file, line, fields[1]), (int) size);
        } catch (InvalidPathException e) {
            throw wrong(file, line, device, "a block device or a file");
        }
    }

    private static long number(Path file, int line, String text) throws HalException {
        try {
            return Long.decode(text);
        } catch (NumberFormatException e) {
            throw wrong(file, line, text, "a number such as 0x4000");
        }
    }

    private static HalException wrong(Path file, int line, String found, String expected) {
        return new HalException(
                HalException.Kind.UNSUPPORTED, file + " line " + line + ": found " + found + ", expected " + expected);
    }
}

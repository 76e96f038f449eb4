// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a path is, as {@code stat(2)} tells; the JDK has one word for all devices. */
enum FileType {
    REGULAR_FILE,
    BLOCK_DEVICE,
    CHARACTER_DEVICE,
    OTHER,
    MISSING;

    private static final int MASK = 0170000;
    private static final int BLOCK = 0060000;
    private static final int CHARACTER = 0020000;

    static FileType of(Path path) throws IOException {
        if (!Files.exists(path)) {
            return MISSING;
        }
        if (Files.isRegularFile(path)) {
            return REGULAR_FILE;
        }
        return switch ((Integer) Files.getAttribute(path, "unix:mode") & MASK) {
            case BLOCK -> BLOCK_DEVICE;
            case CHARACTER -> CHARACTER_DEVICE;
            default -> OTHER;
        };
    }
}

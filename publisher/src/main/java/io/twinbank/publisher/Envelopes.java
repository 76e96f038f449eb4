// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.suit.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Reads envelopes with a device's limits, and writes them whole or not at all. */
final class Envelopes {
    static final Limits LIMITS = Limits.standard();

    private Envelopes() {}

    /** Reads an envelope; of one that is too large no more than is enough to be refused for it. */
    static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LIMITS.envelopeBytes() + 1);
        }
    }

    /** Writes a file that may exist: afterwards it is the old or the new one, never half of either. */
    static void write(Path file, byte[] bytes) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(part, bytes);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}

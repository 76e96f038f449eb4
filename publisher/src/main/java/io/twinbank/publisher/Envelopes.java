// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.suit.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads envelopes with a device's limits. */
final class Envelopes {
    static final Limits LIMITS = Limits.standard();

    private Envelopes() {}

    /** Reads an envelope; of one that is too large no more than is enough to be refused for it. */
    static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LIMITS.envelopeBytes() + 1);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.CoseKey;
import io.twinbank.hal.TrustAnchor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A key that is shared with a device, for HMAC. Its file is for its owner only: the COSE_Key (RFC 9052, section 7) that the device's
 * factory gets as well.
 */
final class SharedKeyFile {
    private static final int MAX_BYTES = 1 << 10;

    private SharedKeyFile() {}

    /** Tells whether a file begins as a COSE_Key does, and no PEM file. */
    static boolean is(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return TrustAnchor.isShared(in.readNBytes(1));
        }
    }

    static CoseKey read(Path file) throws IOException {
        byte[] coseKey;
        try (InputStream in = Files.newInputStream(file)) {
            coseKey = in.readNBytes(MAX_BYTES);
        }
        try {
            return CoseKey.shared(coseKey);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds no key that can be used: " + e.getMessage(), e);
        } finally {
            Arrays.fill(coseKey, (byte) 0);
        }
    }

    /** Makes a key; a file that exists is only replaced if that is asked for. */
    static void generate(Path file, boolean overwrite) throws IOException {
        if (overwrite) {
            Files.deleteIfExists(file);
        } else if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        byte[] coseKey = CoseKey.newShared(new SecureRandom());
        try {
            Pem.write(file, true, ByteBuffer.wrap(coseKey));
        } finally {
            Arrays.fill(coseKey, (byte) 0);
        }
    }
}

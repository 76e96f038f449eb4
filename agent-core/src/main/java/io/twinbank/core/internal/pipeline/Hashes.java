// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

final class Hashes {
    private Hashes() {}

    /** Hashes some more, and returns the hash of everything so far; the digest goes on. */
    static byte[] through(MessageDigest digest, ByteBuffer more) {
        digest.update(more);
        return soFar(digest);
    }

    /** Returns the hash of what was hashed so far; the digest goes on. */
    static byte[] soFar(MessageDigest digest) {
        try {
            return ((MessageDigest) digest.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(digest.getAlgorithm() + " of this Java can't be cloned", e);
        }
    }
}

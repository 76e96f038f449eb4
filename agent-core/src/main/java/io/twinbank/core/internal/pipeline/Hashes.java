// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import java.security.MessageDigest;

final class Hashes {
    private Hashes() {}

    /** Returns the hash of what was hashed so far; the digest goes on. */
    static byte[] soFar(MessageDigest digest) {
        try {
            return ((MessageDigest) digest.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(digest.getAlgorithm() + " of this Java can't be cloned", e);
        }
    }
}

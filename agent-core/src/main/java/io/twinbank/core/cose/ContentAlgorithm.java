// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import java.util.Arrays;
import java.util.Optional;

/** How a payload is encrypted (RFC 9053, section 4; RFC 9459). */
public enum ContentAlgorithm {
    /** AES-GCM with a 128-bit key. */
    A128GCM(1, 16, 12, 16),
    /** AES-GCM with a 256-bit key. */
    A256GCM(3, 32, 12, 16),
    /** ChaCha20 and Poly1305. */
    CHACHA20_POLY1305(24, 32, 12, 16),
    /** AES in counter mode with a 128-bit key: changed bytes aren't noticed. */
    A128CTR(-65534, 16, 16, 0),
    /** AES in counter mode with a 256-bit key: changed bytes aren't noticed. */
    A256CTR(-65532, 32, 16, 0);

    private final int id;
    private final int keyBytes;
    private final int ivBytes;
    private final int tagBytes;

    ContentAlgorithm(int id, int keyBytes, int ivBytes, int tagBytes) {
        this.id = id;
        this.keyBytes = keyBytes;
        this.ivBytes = ivBytes;
        this.tagBytes = tagBytes;
    }

    /**
     * Returns the number in the COSE registry.
     *
     * @return the number
     */
    public int id() {
        return id;
    }

    /**
     * Returns how long its key is.
     *
     * @return in bytes
     */
    public int keyBytes() {
        return keyBytes;
    }

    /**
     * Returns how long its nonce is: that long exactly.
     *
     * @return in bytes
     */
    public int ivBytes() {
        return ivBytes;
    }

    /**
     * Returns by how much the ciphertext is longer than the plaintext.
     *
     * @return in bytes; 0 if it notices no change
     */
    public int tagBytes() {
        return tagBytes;
    }

    /**
     * Tells whether it notices changed bytes.
     *
     * @return false for counter mode
     */
    public boolean authenticates() {
        return tagBytes > 0;
    }

    static Optional<ContentAlgorithm> find(long id) {
        return Arrays.stream(values()).filter(each -> each.id == id).findFirst();
    }

    /** Returns such as {@code A128GCM (1)}. */
    @Override
    public String toString() {
        return name() + " (" + id + ")";
    }
}

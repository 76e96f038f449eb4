// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF (RFC 5869), which Java 17 lacks, for those who implement {@link DeviceKeys#agree}. */
public final class Hkdf {
    private static final String HMAC = "HmacSHA256";
    private static final int HASH_BYTES = 32;
    private static final int MAX_BLOCKS = 255;

    private Hkdf() {}

    /**
     * Derives a key with SHA-256.
     *
     * @param secret what to derive from; the caller wipes it
     * @param salt empty for none
     * @param info what the key is for
     * @param lengthBytes how long it is to be, 1 to 8160
     * @return the key; the caller wipes it
     */
    public static byte[] sha256(byte[] secret, byte[] salt, byte[] info, int lengthBytes) {
        if (lengthBytes < 1 || lengthBytes > MAX_BLOCKS * HASH_BYTES) {
            throw new IllegalArgumentException(
                    "lengthBytes must be 1 to " + MAX_BLOCKS * HASH_BYTES + ", not " + lengthBytes);
        }
        byte[] pseudoRandomKey = {};
        byte[] block = {};
        byte[] key = new byte[lengthBytes];
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(salt.length == 0 ? new byte[HASH_BYTES] : salt, HMAC));
            pseudoRandomKey = mac.doFinal(secret);
            mac.init(new SecretKeySpec(pseudoRandomKey, HMAC));
            for (int at = 0, counter = 1; at < lengthBytes; at += HASH_BYTES, counter++) {
                mac.update(block);
                mac.update(info);
                mac.update((byte) counter);
                Arrays.fill(block, (byte) 0);
                block = mac.doFinal();
                System.arraycopy(block, 0, key, at, Math.min(HASH_BYTES, lengthBytes - at));
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        } finally {
            Arrays.fill(pseudoRandomKey, (byte) 0);
            Arrays.fill(block, (byte) 0);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** AES key wrap (RFC 3394) for a key that only deciphers blocks: SunPKCS11 has no more of most tokens. */
final class AesKeyWrap {
    private static final long INTEGRITY = 0xa6a6a6a6a6a6a6a6L;
    private static final int ROUNDS = 6;
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 40;

    private AesKeyWrap() {}

    /**
     * Unwraps an AES key.
     *
     * @param decipher AES/ECB/NoPadding, to decipher
     * @param wrapped 24, 32 or 40 bytes
     * @throws InvalidKeyException if that isn't what this key wrapped
     */
    static SecretKey unwrap(Cipher decipher, byte[] wrapped) throws GeneralSecurityException {
        if (wrapped.length < MIN_BYTES || wrapped.length > MAX_BYTES || wrapped.length % Long.BYTES != 0) {
            throw new InvalidKeyException("found " + wrapped.length + " bytes, expected 24, 32 or 40");
        }
        int parts = wrapped.length / Long.BYTES - 1;
        byte[] key = Arrays.copyOfRange(wrapped, Long.BYTES, wrapped.length);
        try {
            ByteBuffer halves = ByteBuffer.wrap(key);
            long integrity = ByteBuffer.wrap(wrapped).getLong();
            for (int step = ROUNDS * parts; step >= 1; step--) {
                int at = (step - 1) % parts * Long.BYTES;
                ByteBuffer block = ByteBuffer.allocate(2 * Long.BYTES);
                block.putLong(integrity ^ step).putLong(halves.getLong(at));
                byte[] clear = decipher.doFinal(block.array());
                integrity = ByteBuffer.wrap(clear).getLong();
                halves.putLong(at, ByteBuffer.wrap(clear).getLong(Long.BYTES));
                Arrays.fill(clear, (byte) 0);
            }
            if (!MessageDigest.isEqual(bytes(integrity), bytes(INTEGRITY))) {
                throw new InvalidKeyException("another key wrapped this, or it was changed");
            }
            return new SecretKeySpec(key, "AES");
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }
}

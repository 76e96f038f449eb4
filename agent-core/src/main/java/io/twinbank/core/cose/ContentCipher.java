// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * The JDK's ciphers, by a message's algorithm, key and nonce. The key is only handed on: where it lives in a token, the
 * cipher is the token's. Immutable; the ciphers are their callers'.
 */
public final class ContentCipher {
    private static final int BLOCK_BYTES = 16;
    private static final int CHACHA_BLOCK_BYTES = 64;
    private static final int TAG_BITS = 128;

    private final CoseEncrypt message;
    private final SecretKey key;

    /**
     * Makes it.
     *
     * @param message says how the payload is encrypted
     * @param key its content key
     */
    public ContentCipher(CoseEncrypt message, SecretKey key) {
        this.message = message;
        this.key = key;
    }

    /**
     * Returns the message.
     *
     * @return what says how the payload is encrypted
     */
    public CoseEncrypt message() {
        return message;
    }

    /**
     * Makes the bare key stream: in counter mode that is all there is; of the others it is what lies below the tag.
     *
     * @param offset where to begin, in bytes
     * @return a cipher that gives a byte for each byte; encrypting and decrypting are the same
     * @throws GeneralSecurityException if the key can't be used
     */
    public Cipher stream(long offset) throws GeneralSecurityException {
        byte[] iv = message.iv();
        Cipher cipher;
        int skip;
        if (isChaCha()) {
            cipher = Cipher.getInstance("ChaCha20");
            int block = Math.toIntExact(1 + offset / CHACHA_BLOCK_BYTES);
            cipher.init(Cipher.DECRYPT_MODE, key, new ChaCha20ParameterSpec(iv, block));
            skip = (int) (offset % CHACHA_BLOCK_BYTES);
        } else {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counter(iv, offset / BLOCK_BYTES)));
            skip = (int) (offset % BLOCK_BYTES);
        }
        cipher.update(new byte[skip]);
        return cipher;
    }

    /** RFC 9459: the nonce is the first counter, of 128 bits. GCM (SP 800-38D): 32 bits behind the nonce, from 2 on. */
    private byte[] counter(byte[] iv, long blocks) {
        byte[] first = iv;
        if (message.algorithm().authenticates()) {
            first = Arrays.copyOf(iv, BLOCK_BYTES);
            first[BLOCK_BYTES - 1] = 2;
        }
        byte[] sum = new BigInteger(1, first).add(BigInteger.valueOf(blocks)).toByteArray();
        byte[] counter = new byte[BLOCK_BYTES];
        int length = Math.min(sum.length, BLOCK_BYTES);
        System.arraycopy(sum, sum.length - length, counter, BLOCK_BYTES - length, length);
        return counter;
    }

    /**
     * Makes an authenticating cipher.
     *
     * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
     * @param nonce 12 bytes
     * @param aad what is authenticated besides, see {@link CoseEncrypt#additionalData}
     * @return the cipher; its tag is behind the ciphertext
     * @throws GeneralSecurityException if the key can't be used
     */
    public Cipher authenticating(int mode, byte[] nonce, byte[] aad) throws GeneralSecurityException {
        Cipher cipher = authenticating();
        begin(cipher, mode, nonce, aad);
        return cipher;
    }

    /** Makes a cipher for any number of messages: making one takes longer than a small message does. */
    Cipher authenticating() throws GeneralSecurityException {
        return Cipher.getInstance(isChaCha() ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
    }

    void begin(Cipher cipher, int mode, byte[] nonce, byte[] aad) throws GeneralSecurityException {
        cipher.init(mode, key, isChaCha() ? new IvParameterSpec(nonce) : new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(aad);
    }

    private boolean isChaCha() {
        return message.algorithm() == ContentAlgorithm.CHACHA20_POLY1305;
    }

    /** Names the message, never the key. */
    @Override
    public String toString() {
        return message.toString();
    }
}

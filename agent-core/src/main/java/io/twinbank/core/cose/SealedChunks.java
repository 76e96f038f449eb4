// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.cbor.CborWriter;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;

/**
 * A payload in chunks, each authenticated by itself (the STREAM construction): the nonce holds the chunk's index and whether
 * it is the last, so that chunks can't be swapped, dropped or cut off. Immutable.
 */
public final class SealedChunks {
    /** How small a chunk may be, in bytes of plaintext. */
    public static final int MIN_CHUNK_BYTES = 1 << 10;
    /** How large a chunk may be, in bytes of plaintext: a device holds one in memory. */
    public static final int MAX_CHUNK_BYTES = 1 << 20;
    /** How many chunks there may be: the index has four bytes in the nonce. */
    public static final long MAX_CHUNKS = 1L << 32;

    /** The step's number in the payload encoding. */
    public static final int STEP = 2;

    private static final int PREFIX_BYTES = 7;
    private static final int NONCE_BYTES = 12;

    private final ContentCipher cipher;
    private final byte[] iv;
    private final byte[] aad;

    /**
     * Makes it.
     *
     * @param cipher of an algorithm that authenticates, with a nonce of {@link #isPrefix}
     * @param chunkBytes how large a chunk is, in bytes of plaintext
     */
    public SealedChunks(ContentCipher cipher, int chunkBytes) {
        this.cipher = cipher;
        this.iv = cipher.message().iv();
        this.aad = cipher.message().additionalData(step(chunkBytes));
        if (!cipher.message().algorithm().authenticates() || !isPrefix(iv)) {
            throw new IllegalArgumentException("not for chunks: " + cipher);
        }
    }

    /**
     * Encodes the step of the payload encoding, which each chunk's tag covers: so nothing that was sealed as chunks opens as
     * one message, or with chunks of another size.
     *
     * @param chunkBytes how large a chunk is, in bytes of plaintext
     * @return CBOR
     */
    public static byte[] step(int chunkBytes) {
        return new CborWriter().array(a -> a.integer(STEP).integer(chunkBytes)).toByteArray();
    }

    /**
     * Makes a fresh nonce for a message.
     *
     * @param random where from
     * @return 7 random bytes, and 5 zeros in whose place come index and last-chunk flag
     */
    public static byte[] newIv(SecureRandom random) {
        byte[] prefix = new byte[PREFIX_BYTES];
        random.nextBytes(prefix);
        return Arrays.copyOf(prefix, NONCE_BYTES);
    }

    /**
     * Tells whether a nonce has room for index and flag.
     *
     * @param iv of a message
     * @return whether it is 12 bytes long and ends in 5 zeros
     */
    public static boolean isPrefix(byte[] iv) {
        return iv.length == NONCE_BYTES
                && Arrays.equals(iv, Arrays.copyOf(Arrays.copyOf(iv, PREFIX_BYTES), NONCE_BYTES));
    }

    /**
     * Seals a chunk.
     *
     * @param index which, from 0
     * @param last whether none follows
     * @param plaintext all of it
     * @param sealed where to; it becomes longer by the tag
     * @throws GeneralSecurityException if the key can't be used
     */
    public void seal(long index, boolean last, ByteBuffer plaintext, ByteBuffer sealed)
            throws GeneralSecurityException {
        cipher.authenticating(Cipher.ENCRYPT_MODE, nonce(index, last), aad).doFinal(plaintext, sealed);
    }

    /**
     * Opens a chunk.
     *
     * @param index which, from 0
     * @param last whether none follows
     * @param sealed all of it
     * @param plaintext where to
     * @throws GeneralSecurityException if it isn't the chunk that was sealed; what was written to {@code plaintext} mustn't
     *     be used
     */
    public void open(long index, boolean last, ByteBuffer sealed, ByteBuffer plaintext)
            throws GeneralSecurityException {
        cipher.authenticating(Cipher.DECRYPT_MODE, nonce(index, last), aad).doFinal(sealed, plaintext);
    }

    private byte[] nonce(long index, boolean last) {
        if (index < 0 || index >= MAX_CHUNKS) {
            throw new IllegalArgumentException("index must be 0 to 2^32-1, not " + index);
        }
        return ByteBuffer.wrap(iv.clone())
                .putInt(PREFIX_BYTES, (int) index)
                .put(NONCE_BYTES - 1, (byte) (last ? 1 : 0))
                .array();
    }
}

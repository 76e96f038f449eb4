// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cose;

import io.twinbank.core.cbor.CborWriter;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A payload in chunks, each authenticated by itself (the STREAM construction): the nonce holds the chunk's index and whether
 * it is the last, so that chunks can't be swapped, dropped or cut off. For one thread.
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

    /** So often a method is called before HotSpot compiles it as well as it can (Tier4InvocationThreshold). */
    private static final int REHEARSALS = 5000;

    private static final int TINY_BYTES = 16;

    private static final int PREFIX_BYTES = 7;
    private static final int NONCE_BYTES = 12;

    private final ContentCipher cipher;
    private final byte[] iv;
    private final byte[] aad;
    private @Nullable Cipher opening;
    private long opened;

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
     * @param sealed all of it, in an array, with which the JDK's AES-GCM is faster than with other buffers
     * @param plaintext where to, in an array
     * @throws GeneralSecurityException if it isn't the chunk that was sealed; what was written to {@code plaintext} mustn't
     *     be used
     */
    public void open(long index, boolean last, ByteBuffer sealed, ByteBuffer plaintext)
            throws GeneralSecurityException {
        // The JDK's ChaCha20 takes no nonce twice in a row.
        Cipher current = opening == null || index == opened ? cipher.authenticating() : opening;
        opening = null;
        cipher.begin(current, Cipher.DECRYPT_MODE, nonce(index, last), aad);
        int length = current.doFinal(
                sealed.array(),
                sealed.arrayOffset() + sealed.position(),
                sealed.remaining(),
                plaintext.array(),
                plaintext.arrayOffset() + plaintext.position());
        sealed.position(sealed.limit());
        plaintext.position(plaintext.position() + length);
        opening = current;
        opened = index;
    }

    /**
     * Opens tiny chunks of another key until the JVM has compiled all that opens chunks: only then it uses the processor's
     * instructions for AES and GHASH, and an image of large chunks would be through before. Takes some 0.1 s.
     *
     * @throws GeneralSecurityException if there is no such cipher
     */
    public void rehearse() throws GeneralSecurityException {
        ContentAlgorithm algorithm = cipher.message().algorithm();
        SecretKey key = new SecretKeySpec(new byte[algorithm.keyBytes()], "AES");
        SealedChunks tiny = new SealedChunks(new ContentCipher(cipher.message(), key), MIN_CHUNK_BYTES);
        ByteBuffer plaintext = ByteBuffer.allocate(TINY_BYTES);
        ByteBuffer[] sealed = new ByteBuffer[2];
        for (int i = 0; i < sealed.length; i++) {
            sealed[i] = ByteBuffer.allocate(TINY_BYTES + algorithm.tagBytes());
            tiny.seal(i, false, plaintext.clear(), sealed[i]);
        }
        for (int i = 0; i < REHEARSALS; i++) {
            int index = i % sealed.length;
            tiny.open(index, false, sealed[index].flip(), plaintext.clear());
        }
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

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.cose.SealedChunks;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** Decodes pieces, on the fetch lane. */
interface PieceDecoder {
    /** See {@link #update}. */
    int SLICE_BYTES = 1 << 10;

    /** Returns how the image is cut for it. */
    Pieces pieces();

    /** Tells whether pieces can be decoded in any order; else from the first to the last. */
    boolean anyOrder();

    /** Has the JVM compile what decodes, before a large image. */
    default void rehearse() throws GeneralSecurityException {}

    /**
     * Decodes a piece.
     *
     * @param index which
     * @param encoded all of it
     * @param decoded where to
     * @throws GeneralSecurityException if it is wrong: nothing that was written to {@code decoded} goes on
     */
    void decode(long index, ByteBuffer encoded, ByteBuffer decoded) throws GeneralSecurityException;

    /**
     * Passes bytes through a cipher, a little at a time: the JDK's AES is fast once its callers are compiled, and that takes more
     * calls than an image has pieces.
     */
    private static void update(Cipher cipher, ByteBuffer from, ByteBuffer to) throws GeneralSecurityException {
        int end = from.limit();
        while (from.position() < end) {
            from.limit(Math.min(end, from.position() + SLICE_BYTES));
            cipher.update(from, to);
        }
    }

    /** Counter mode: any byte can be decrypted by itself. Nothing is authenticated but by the image's digest. */
    final class KeyStream implements PieceDecoder {
        private final ContentCipher cipher;
        private final Pieces pieces;
        private @Nullable Cipher stream;
        private long next;

        KeyStream(ContentCipher cipher, long imageBytes, int pieceBytes) {
            this.cipher = cipher;
            this.pieces = new Pieces(imageBytes, pieceBytes, 0, 0);
        }

        @Override
        public Pieces pieces() {
            return pieces;
        }

        @Override
        public boolean anyOrder() {
            return true;
        }

        @Override
        public void decode(long index, ByteBuffer encoded, ByteBuffer decoded) throws GeneralSecurityException {
            Cipher current = stream;
            if (current == null || index != next) {
                current = cipher.stream(index * pieces.pieceBytes());
                stream = current;
            }
            update(current, encoded, decoded);
            next = index + 1;
        }
    }

    /** Chunks that are authenticated each by itself. */
    final class Chunks implements PieceDecoder {
        private final SealedChunks sealed;
        private final Pieces pieces;

        Chunks(ContentCipher cipher, long imageBytes, int chunkBytes) {
            int tag = cipher.message().algorithm().tagBytes();
            this.sealed = new SealedChunks(cipher, chunkBytes);
            this.pieces = new Pieces(imageBytes, chunkBytes, tag, tag);
        }

        @Override
        public Pieces pieces() {
            return pieces;
        }

        @Override
        public boolean anyOrder() {
            return true;
        }

        @Override
        public void rehearse() throws GeneralSecurityException {
            sealed.rehearse();
        }

        @Override
        public void decode(long index, ByteBuffer encoded, ByteBuffer decoded) throws GeneralSecurityException {
            sealed.open(index, pieces.isLast(index), encoded, decoded);
        }
    }

    /**
     * One message with its tag at the end, in constant memory. The JDK's decrypting ciphers hold everything back until they
     * have seen the tag; so the key stream decrypts, and what it gives is encrypted again for nothing but its tag. The last
     * piece is held back until the tag is compared: without it the image is never whole.
     */
    final class OneMessage implements PieceDecoder {
        private final ContentCipher cipher;
        private final Pieces pieces;
        private final byte[] again;
        private @Nullable Cipher stream;
        private @Nullable Cipher tag;

        OneMessage(ContentCipher cipher, long imageBytes, int pieceBytes) {
            int tagBytes = cipher.message().algorithm().tagBytes();
            this.cipher = cipher;
            this.pieces = new Pieces(imageBytes, pieceBytes, 0, tagBytes);
            this.again = new byte[pieceBytes + 2 * tagBytes];
        }

        @Override
        public Pieces pieces() {
            return pieces;
        }

        @Override
        public boolean anyOrder() {
            return false;
        }

        @Override
        public void decode(long index, ByteBuffer encoded, ByteBuffer decoded) throws GeneralSecurityException {
            Cipher decrypting = stream;
            Cipher authenticating = tag;
            if (index == 0 || decrypting == null || authenticating == null) {
                decrypting = cipher.stream(0);
                authenticating = cipher.authenticating(
                        Cipher.ENCRYPT_MODE,
                        cipher.message().iv(),
                        cipher.message().additionalData(new byte[0]));
                stream = decrypting;
                tag = authenticating;
            }
            int length = pieces.decodedBytes(index);
            int from = decoded.position();
            update(decrypting, encoded.slice().limit(length), decoded);
            update(authenticating, decoded.duplicate().flip().position(from), ByteBuffer.wrap(again));
            if (pieces.isLast(index)) {
                byte[] found = new byte[pieces.lastOverheadBytes()];
                encoded.slice().position(length).get(found);
                int end = authenticating.doFinal(again, 0);
                byte[] expected = Arrays.copyOfRange(again, end - found.length, end);
                stream = null;
                tag = null;
                if (!MessageDigest.isEqual(expected, found)) {
                    throw new AEADBadTagException("tag mismatch");
                }
            }
        }
    }
}

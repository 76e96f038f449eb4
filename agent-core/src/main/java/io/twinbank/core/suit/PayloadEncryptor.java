// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.cose.SealedChunks;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/** Encrypts images as devices decrypt them: the factory's side, beside {@link EnvelopeBuilder}. */
public final class PayloadEncryptor {
    private static final int PIECE_BYTES = 64 << 10;
    /** For the tag, and what a cipher held back of the piece before. */
    private static final int ROOM_BYTES = 64;

    private PayloadEncryptor() {}

    /**
     * Encrypts an image of any size in constant memory.
     *
     * @param encoding how, as the manifest will say
     * @param contentKey the key; never used before with the encoding's nonce
     * @param image its bytes
     * @param imageBytes how many there are, at least 1
     * @param payload where the {@link PayloadEncoding#encodedBytes} go
     * @throws IOException if the image can't be read or ends early, or the payload can't be written
     * @throws GeneralSecurityException if the key can't be used
     */
    public static void encrypt(
            PayloadEncoding encoding, SecretKey contentKey, InputStream image, long imageBytes, OutputStream payload)
            throws IOException, GeneralSecurityException {
        ContentCipher cipher = new ContentCipher(
                encoding.encryption().orElseThrow(() -> new IllegalArgumentException("encoding has no encryption")),
                contentKey);
        if (encoding.sealedChunkBytes().isPresent()) {
            int chunkBytes = encoding.sealedChunkBytes().getAsInt();
            SealedChunks sealed = new SealedChunks(cipher, chunkBytes);
            byte[] out = new byte[chunkBytes + cipher.message().algorithm().tagBytes()];
            pieces(image, imageBytes, chunkBytes, (index, last, plaintext) -> {
                ByteBuffer chunk = ByteBuffer.wrap(out);
                sealed.seal(index, last, plaintext, chunk);
                payload.write(out, 0, chunk.position());
            });
            return;
        }
        Cipher message = cipher.message().algorithm().authenticates()
                ? cipher.authenticating(
                        Cipher.ENCRYPT_MODE,
                        cipher.message().iv(),
                        cipher.message().additionalData(new byte[0]))
                : cipher.stream(0);
        pieces(image, imageBytes, PIECE_BYTES, (index, last, plaintext) -> {
            ByteBuffer out = ByteBuffer.allocate(plaintext.remaining() + ROOM_BYTES);
            if (last) {
                message.doFinal(plaintext, out);
            } else {
                message.update(plaintext, out);
            }
            payload.write(out.array(), 0, out.position());
        });
    }

    private interface Piece {
        void accept(long index, boolean last, ByteBuffer plaintext) throws IOException, GeneralSecurityException;
    }

    private static void pieces(InputStream image, long imageBytes, int pieceBytes, Piece piece)
            throws IOException, GeneralSecurityException {
        byte[] plaintext = new byte[(int) Math.min(pieceBytes, imageBytes)];
        for (long at = 0, index = 0; at < imageBytes; at += pieceBytes, index++) {
            int length = image.readNBytes(plaintext, 0, (int) Math.min(pieceBytes, imageBytes - at));
            boolean last = at + length == imageBytes;
            if (length < pieceBytes && !last) {
                throw new EOFException("the image ended at " + (at + length) + " of " + imageBytes + " bytes");
            }
            piece.accept(index, last, ByteBuffer.wrap(plaintext, 0, length));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Digest;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;

/** Chunks whose hashes the maker signed: none goes on, or is decrypted, before its hash has been compared. */
final class HashedChunks implements PieceDecoder {
    /** A chunk isn't the one whose hash was signed. */
    static final class WrongHashException extends GeneralSecurityException {
        private static final long serialVersionUID = 1L;
        private final String found;
        private final String expected;

        WrongHashException(byte[] found, byte[] expected) {
            super("found " + Digest.sha256(found) + ", expected " + Digest.sha256(expected));
            this.found = Digest.sha256(found).toString();
            this.expected = Digest.sha256(expected).toString();
        }

        String found() {
            return found;
        }

        String expected() {
            return expected;
        }
    }

    private final ChunkHashes hashes;
    private final Pieces pieces;
    private final Optional<KeyStream> keyStream;
    private final MessageDigest sha256;

    HashedChunks(ChunkHashes hashes, Optional<ContentCipher> cipher, long imageBytes) {
        this.hashes = hashes;
        this.pieces = new Pieces(imageBytes, hashes.chunkBytes(), 0, 0);
        this.keyStream = cipher.map(key -> new KeyStream(key, imageBytes, hashes.chunkBytes()));
        this.sha256 = Digest.sha256(hashes.hash(0)).newMessageDigest();
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
        sha256.update(encoded.duplicate());
        byte[] found = sha256.digest();
        byte[] expected = hashes.hash(index);
        if (!MessageDigest.isEqual(found, expected)) {
            throw new WrongHashException(found, expected);
        }
        if (keyStream.isPresent()) {
            keyStream.get().decode(index, encoded, decoded);
        } else {
            decoded.put(encoded);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

final class Hashes {
    /** An image of less is through before a rehearsal has paid. */
    private static final long REHEARSED_BYTES = 8 << 20;

    private static final int PIECES = 6000;
    private static final int PIECE_BYTES = 256;
    private static final int COPIED_BYTES = 32 << 10;

    private Hashes() {}

    /**
     * Has the Java runtime compile the hash before an image comes, on the hash lane: it uses the processor's instructions only once its
     * caller was called some thousands of times, and an image in large pieces is half through by then. Takes a millisecond where that is done.
     */
    static void rehearse(MessageDigest digest, long imageBytes) {
        if (imageBytes >= REHEARSED_BYTES) {
            byte[] piece = new byte[PIECE_BYTES];
            for (int i = 0; i < PIECES; i++) {
                digest.update(piece);
            }
        }
    }

    /** Hashes some more, and returns the hash of everything so far; the digest goes on. */
    static byte[] through(MessageDigest digest, ByteBuffer more, byte[] piece) {
        update(digest, more, piece);
        return soFar(digest);
    }

    /** Returns memory for {@link #update}, of one thread. */
    static byte[] newPiece(long imageBytes) {
        return new byte[(int) Math.min(COPIED_BYTES, imageBytes)];
    }

    /**
     * Hashes some more.
     *
     * @param piece what isn't in the heap goes through it: the JDK's own pieces are of 4 KiB, and each costs as much as hashing it until
     *     all around it is compiled
     */
    static void update(MessageDigest digest, ByteBuffer more, byte[] piece) {
        if (more.hasArray()) {
            digest.update(more);
            return;
        }
        while (more.hasRemaining()) {
            int length = Math.min(piece.length, more.remaining());
            more.get(piece, 0, length);
            digest.update(piece, 0, length);
        }
    }

    /** Returns the hash of what was hashed so far; the digest goes on. */
    static byte[] soFar(MessageDigest digest) {
        try {
            return ((MessageDigest) digest.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(digest.getAlgorithm() + " of this Java can't be cloned", e);
        }
    }
}

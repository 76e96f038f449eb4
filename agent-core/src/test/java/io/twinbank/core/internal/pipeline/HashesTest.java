// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HashesTest {
    private static final int BYTES = 100_003;

    private final byte[] bytes = new byte[BYTES];

    HashesTest() {
        new SplittableRandom(1).nextBytes(bytes);
    }

    @Test
    void through_memoryOutsideTheHeap_hashesWhatLiesBetweenPositionAndLimit() throws NoSuchAlgorithmException {
        ByteBuffer outside = ByteBuffer.allocateDirect(BYTES + 10);
        outside.position(7).put(bytes).flip().position(7);

        byte[] hash = Hashes.through(sha256(), outside, Hashes.newPiece(BYTES));

        assertArrayEquals(sha256().digest(bytes), hash);
        assertFalse(outside.hasRemaining());
    }

    @Test
    void through_calledAgain_goesOn() throws NoSuchAlgorithmException {
        MessageDigest running = sha256();

        Hashes.through(running, ByteBuffer.wrap(bytes, 0, 50_000), new byte[0]);
        ByteBuffer rest = ByteBuffer.allocateDirect(BYTES - 50_000).put(bytes, 50_000, BYTES - 50_000);
        byte[] hash = Hashes.through(running, rest.flip(), Hashes.newPiece(BYTES));

        assertArrayEquals(sha256().digest(bytes), hash);
    }

    private static MessageDigest sha256() throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.suit.Digest;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static final int DEVICES = 100_000;
    private static final Digest MANIFEST = Digest.sha256Of(new byte[] {1});
    private static final Digest NEXT = Digest.sha256Of(new byte[] {2});

    private static UUID[] devices() {
        SplittableRandom random = new SplittableRandom(8);
        UUID[] devices = new UUID[DEVICES];
        for (int i = 0; i < DEVICES; i++) {
            devices[i] = new UUID(random.nextLong(), random.nextLong());
        }
        return devices;
    }

    @Test
    void of_aDevice_isTheHashThatIsWrittenDown() {
        UUID device = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        byte[] hashed = ByteBuffer.allocate(16 + 16 + 32)
                .put("twinbank-rollout".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .putLong(0x0011223344556677L)
                .putLong(0x8899aabbccddeeffL)
                .put(MANIFEST.bytes())
                .array();
        byte[] sha = Digest.sha256Of(hashed).bytes();
        int expected = new java.math.BigInteger(1, java.util.Arrays.copyOf(sha, 8))
                .mod(java.math.BigInteger.valueOf(10_000))
                .intValue();

        assertEquals(expected, Rollout.of(1, device, MANIFEST).place());
    }

    @Test
    void of_manyDevices_isUniform() {
        int cells = 100;
        int[] count = new int[cells];

        for (UUID device : devices()) {
            count[Rollout.of(0, device, MANIFEST).place() / (Rollout.ALL / cells)]++;
        }

        // chi-square with 99 degrees of freedom: beyond 148.2 once in a thousand
        assertTrue(chiSquare(count) < 148.2, "chi-square " + chiSquare(count));
    }

    @Test
    void of_twoUpdates_areIndependent() {
        int side = 10;
        int[] count = new int[side * side];

        for (UUID device : devices()) {
            int one = Rollout.of(0, device, MANIFEST).place() / 1000;
            int other = Rollout.of(0, device, NEXT).place() / 1000;
            count[one * side + other]++;
        }

        assertTrue(chiSquare(count) < 148.2, "chi-square " + chiSquare(count));
    }

    private static double chiSquare(int[] count) {
        double expected = (double) DEVICES / count.length;
        double sum = 0;
        for (int found : count) {
            sum += (found - expected) * (found - expected) / expected;
        }
        return sum;
    }

    @Test
    void includes_aRolloutThatGrows_onlyAddsDevices() {
        UUID device = new UUID(1, 2);
        boolean before = false;

        for (int share = 0; share <= Rollout.ALL; share++) {
            boolean in = Rollout.of(share, device, MANIFEST).includes();
            assertTrue(in || !before, "out again at " + share);
            before = in;
        }

        assertTrue(before, "in at the end");
        assertFalse(Rollout.of(0, device, MANIFEST).includes());
        assertTrue(Rollout.everybody().includes());
    }

    @Test
    void new_moreThanAll_isRefused() {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> new Rollout(10_001, 0));

        assertEquals("perTenThousand: 10001, not between 0 and 10000", refused.getMessage());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TearsTest {
    private static final int LENGTH = 29;

    private final byte[] before = random(1);
    private final byte[] target = random(2);

    @Test
    void between_anyTear_flipsOnlyBitsThatDiffer() {
        for (Tear tear : Tears.ofProgram(LENGTH, true)) {
            byte[] result = Tears.between(before, target, tear);

            for (int i = 0; i < LENGTH; i++) {
                assertEquals(0, (result[i] ^ before[i]) & ~(before[i] ^ target[i]) & 0xff, tear + " at " + i);
            }
        }
    }

    @Test
    void between_tearsOfOneOperation_differFromEachOtherAndFromBothEnds() {
        Set<List<Byte>> results = new HashSet<>();
        results.add(boxed(before));
        results.add(boxed(target));
        List<Tear> tears = Tears.ofProgram(LENGTH, true).stream()
                .filter(tear -> tear.kind() != Tear.Kind.MARGINAL)
                .toList();

        tears.forEach(tear -> results.add(boxed(Tears.between(before, target, tear))));

        assertEquals(tears.size() + 2, results.size());
        assertTrue(tears.size() >= 8);
    }

    @Test
    void between_oneBitAndAllButOne_countTheBitsThatDiffer() {
        int differing = 0;
        for (int i = 0; i < LENGTH; i++) {
            differing += Integer.bitCount((before[i] ^ target[i]) & 0xff);
        }

        byte[] result = before;
        for (int bit = 0; bit < differing; bit++) {
            byte[] one = Tears.between(before, target, new Tear(Tear.Kind.ONE_BIT, bit));
            byte[] rest = Tears.between(before, target, new Tear(Tear.Kind.ALL_BUT_BIT, bit));
            byte[] sum = result.clone();
            for (int i = 0; i < LENGTH; i++) {
                assertEquals(before[i] ^ target[i], one[i] ^ rest[i]);
                sum[i] ^= (byte) (one[i] ^ before[i]);
            }
            result = sum;
        }

        assertArrayEquals(target, result);
        assertArrayEquals(before, Tears.between(before, target, new Tear(Tear.Kind.ONE_BIT, differing)));
    }

    @Test
    void between_prefixAndSuffixBeyondTheEnd_areWholeAndNothing() {
        assertArrayEquals(target, Tears.between(before, target, new Tear(Tear.Kind.PREFIX, LENGTH + 1)));
        assertArrayEquals(before, Tears.between(before, target, new Tear(Tear.Kind.SUFFIX, LENGTH + 1)));
    }

    private static byte[] random(int seed) {
        byte[] bytes = new byte[LENGTH];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static List<Byte> boxed(byte[] bytes) {
        Byte[] boxed = new Byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            boxed[i] = bytes[i];
        }
        return List.of(boxed);
    }
}

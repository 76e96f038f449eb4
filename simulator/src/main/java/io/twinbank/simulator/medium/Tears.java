// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.simulator.medium.Tear.Kind;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What cells hold that were on their way from one content to another when the power failed. Whatever the tear, only bits
 * that differ between the two may have flipped.
 */
final class Tears {
    private static final int WORD = 8;

    private Tears() {}

    /** Lists the tears of a change, at least eight kinds of them. */
    static List<Tear> of(int length, int unit) {
        return List.of(
                new Tear(Kind.PREFIX, 1),
                new Tear(Kind.PREFIX, length / 2),
                new Tear(Kind.PREFIX, length - 1L),
                new Tear(Kind.SUFFIX, length / 2),
                new Tear(Kind.EVEN, 0),
                new Tear(Kind.ODD, 0),
                new Tear(Kind.ONE_BIT, 0),
                new Tear(Kind.ALL_BUT_BIT, 0),
                new Tear(Kind.BITS, 0x55),
                new Tear(Kind.BITS, 0xaa),
                new Tear(Kind.SEEDED, 1));
    }

    static byte[] between(byte[] before, byte[] target, Tear tear) {
        byte[] result = new byte[target.length];
        SplittableRandom random = new SplittableRandom(tear.parameter());
        long differing = 0;
        for (int i = 0; i < result.length; i++) {
            int differ = (before[i] ^ target[i]) & 0xff;
            int flips = switch (tear.kind()) {
                case BEFORE, MARGINAL -> 0;
                case AFTER -> differ;
                case PREFIX -> i < tear.parameter() ? differ : 0;
                case SUFFIX -> i >= tear.parameter() ? differ : 0;
                case EVEN -> i / WORD % 2 == 0 ? differ : 0;
                case ODD -> i / WORD % 2 == 1 ? differ : 0;
                case BITS -> differ & (int) tear.parameter();
                case ONE_BIT -> differ & bitOf(differing, differ, tear.parameter());
                case ALL_BUT_BIT -> differ & ~bitOf(differing, differ, tear.parameter());
                case SEEDED -> differ & random.nextInt(256);
                case ZEROS -> random.nextBoolean() ? before[i] & 0xff : 0;
            };
            differing += Integer.bitCount(differ);
            result[i] = (byte) (before[i] ^ flips);
        }
        return result;
    }

    /** Returns the mask of the differing bit of a number, if it is in this byte. */
    private static int bitOf(long before, int differ, long number) {
        int rest = differ;
        for (long n = before; rest != 0; n++) {
            int lowest = Integer.lowestOneBit(rest);
            if (n == number) {
                return lowest;
            }
            rest ^= lowest;
        }
        return 0;
    }
}

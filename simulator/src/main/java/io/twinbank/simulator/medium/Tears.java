// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.simulator.medium.Tear.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * What cells hold that were on their way from one content to another when the power failed. Whatever the tear, only bits
 * that differ between the two may have flipped; an erase that writes zeros first ({@link Kind#ZEROS}) is on its way through
 * zero.
 */
final class Tears {
    private static final int WORD = 8;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Reads so long as the power stays on, and is seen to be undone after the next cut. */
    private static final Tear UNTIL_NEXT_CUT = new Tear(Kind.MARGINAL, 0);

    private Tears() {}

    /**
     * Lists the tears of a program. Only an image is offered to be seen once and undone afterwards: whoever has two copies of a
     * record and believes the newer can't survive that; a schedule may name it all the same.
     */
    static List<Tear> ofProgram(int length, boolean image) {
        List<Tear> tears = of(length);
        if (image) {
            tears.add(UNTIL_NEXT_CUT);
            tears.add(new Tear(Kind.MARGINAL, 1));
        }
        return tears;
    }

    /** Lists the tears of an erase. */
    static List<Tear> ofErase(int length, boolean zerosFirst) {
        List<Tear> tears = of(length);
        tears.add(UNTIL_NEXT_CUT);
        if (zerosFirst) {
            tears.add(new Tear(Kind.ZEROS, 0));
            tears.add(new Tear(Kind.ZEROS, length / 2));
        }
        return tears;
    }

    private static List<Tear> of(int length) {
        List<Tear> tears = new ArrayList<>();
        tears.add(new Tear(Kind.PREFIX, 1));
        tears.add(new Tear(Kind.PREFIX, length / 2));
        tears.add(new Tear(Kind.PREFIX, length - 1L));
        tears.add(new Tear(Kind.SUFFIX, length / 2));
        tears.add(new Tear(Kind.EVEN, 0));
        tears.add(new Tear(Kind.ODD, 0));
        tears.add(new Tear(Kind.ONE_BIT, 0));
        tears.add(new Tear(Kind.ALL_BUT_BIT, 0));
        tears.add(new Tear(Kind.BITS, 0x55));
        tears.add(new Tear(Kind.BITS, 0xaa));
        tears.add(new Tear(Kind.SEEDED, 1));
        return tears;
    }

    /**
     * Returns what the cells hold.
     *
     * @param before what they held
     * @param target what they would hold
     * @param tear how far it came
     * @return fresh bytes
     */
    static byte[] between(byte[] before, byte[] target, Tear tear) {
        int length = target.length;
        int parameter = (int) Math.min(tear.parameter(), length);
        return switch (tear.kind()) {
            case BEFORE -> before.clone();
            case AFTER, MARGINAL -> target.clone();
            case PREFIX -> spliced(target, before, parameter);
            case SUFFIX -> spliced(before, target, parameter);
            case EVEN -> words(target, before);
            case ODD -> words(before, target);
            case BITS -> masked(before, target, (int) tear.parameter());
            case ONE_BIT -> exchanged(before, target, tear.parameter());
            case ALL_BUT_BIT -> exchanged(target, before, tear.parameter());
            case SEEDED -> seeded(before, target, tear.parameter());
            case ZEROS -> spliced(before, new byte[length], parameter);
        };
    }

    /** The first so many bytes of the one, the rest of the other. */
    private static byte[] spliced(byte[] first, byte[] rest, int length) {
        byte[] result = rest.clone();
        System.arraycopy(first, 0, result, 0, length);
        return result;
    }

    /** Every second word of the one, from the first, between those of the other. */
    private static byte[] words(byte[] even, byte[] odd) {
        byte[] result = odd.clone();
        for (int at = 0; at < result.length; at += 2 * WORD) {
            System.arraycopy(even, at, result, at, Math.min(WORD, result.length - at));
        }
        return result;
    }

    private static byte[] masked(byte[] before, byte[] target, int mask) {
        long every = (mask & 0xff) * 0x0101010101010101L;
        return mixed(before, target, () -> every);
    }

    /** The one, but for one of the bits that differ, counted from 0, which is the other's. */
    private static byte[] exchanged(byte[] most, byte[] other, long number) {
        byte[] result = most.clone();
        long left = number;
        for (int i = 0; i < result.length; i++) {
            int differ = (most[i] ^ other[i]) & 0xff;
            int count = Integer.bitCount(differ);
            if (left < count) {
                for (; left > 0; left--) {
                    differ &= differ - 1;
                }
                result[i] ^= (byte) Integer.lowestOneBit(differ);
                return result;
            }
            left -= count;
        }
        return result;
    }

    private static byte[] seeded(byte[] before, byte[] target, long seed) {
        return mixed(before, target, new SplittableRandom(seed)::nextLong);
    }

    /** Of each word the bits of the target under a mask, and the others as before. A block has many words, and many tears. */
    private static byte[] mixed(byte[] before, byte[] target, LongSupplier masks) {
        byte[] result = before.clone();
        int at = 0;
        for (; at + WORD <= result.length; at += WORD) {
            long old = (long) WORDS.get(before, at);
            WORDS.set(result, at, old ^ ((old ^ (long) WORDS.get(target, at)) & masks.getAsLong()));
        }
        for (long mask = at < result.length ? masks.getAsLong() : 0; at < result.length; at++, mask >>>= 8) {
            result[at] ^= (byte) ((before[at] ^ target[at]) & (int) mask);
        }
        return result;
    }
}

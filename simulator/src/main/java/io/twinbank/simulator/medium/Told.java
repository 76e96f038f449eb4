// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * What the device's user was told in this life: who programs what it was told is erased does nothing wrong, even if a fault
 * kept the device from doing so. In RAM, so it is forgotten with it.
 */
final class Told {
    private final int unitBytes;
    private final int blockBytes;
    private final BitSet blank = new BitSet();
    /** Where the block that was erased is programmed next, by block. */
    private final Map<Long, Long> next = new HashMap<>();

    Told(Medium.Units units) {
        unitBytes = units.programBytes();
        blockBytes = units.eraseBytes();
    }

    void erased(long at) {
        blank.set((int) (at / unitBytes), (int) ((at + blockBytes) / unitBytes));
        next.put(at / blockBytes, at);
    }

    void programmed(long at, int length) {
        blank.clear((int) (at / unitBytes), (int) ((at + length) / unitBytes));
        next.computeIfPresent(at / blockBytes, (block, where) -> at + length);
    }

    /** Tells whether all of these bytes were said to be erased, and not programmed since. */
    boolean isBlank(long at, int length) {
        int end = (int) ((at + length) / unitBytes);
        return blank.nextClearBit((int) (at / unitBytes)) >= end;
    }

    /** Returns where a block is programmed next, or what is to be said otherwise. */
    long next(long at, long otherwise) {
        return next.getOrDefault(at / blockBytes, otherwise);
    }

    void forget() {
        blank.clear();
        next.clear();
    }
}

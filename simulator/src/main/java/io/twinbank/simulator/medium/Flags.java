// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import java.util.Arrays;
import java.util.BitSet;

/** One bit for each unit of a device. Saving shares the bits, and the hash is kept up to date, for each erase block. */
final class Flags implements Durable {
    private record Saved(BitSet bits, long[] sums) {}

    private final int unitsPerBlock;
    private BitSet bits = new BitSet();
    /** For each block both halves of the sum of what each set bit is mixed to. */
    private long[] sums = new long[0];
    /** Whether a saved state shares the bits. */
    private boolean shared = false;

    Flags(int unitsPerBlock) {
        this.unitsPerBlock = unitsPerBlock;
    }

    boolean get(long unit) {
        return bits.get((int) unit);
    }

    /** Returns the first set unit of a range, or -1. */
    int firstOf(long from, long end) {
        int found = bits.nextSetBit((int) from);
        return found < 0 || found >= end ? -1 : found;
    }

    /** Returns the last set unit of a range, or -1. */
    int lastOf(long from, long end) {
        int found = bits.previousSetBit((int) end - 1);
        return found < from ? -1 : found;
    }

    void set(long unit, boolean value) {
        if (get(unit) != value) {
            own().set((int) unit, value);
            count(unit, value ? 1 : -1);
        }
    }

    void clear(long from, long end) {
        for (int unit = firstOf(from, end); unit >= 0; unit = firstOf(unit + 1L, end)) {
            set(unit, false);
        }
    }

    private BitSet own() {
        if (shared) {
            bits = (BitSet) bits.clone();
            sums = sums.clone();
            shared = false;
        }
        return bits;
    }

    private void count(long unit, int sign) {
        StateHash hash = new StateHash();
        hash.add(unit);
        StateHash.Key key = hash.key();
        int at = 2 * (int) (unit / unitsPerBlock);
        if (at >= sums.length) {
            sums = Arrays.copyOf(sums, at + 2);
        }
        sums[at] += sign * key.high();
        sums[at + 1] += sign * key.low();
    }

    /** Adds each block's sum, mixed with a salt that is this device's. */
    void sum(long[] blocks, long salt) {
        for (int i = 0; i < sums.length; i++) {
            blocks[i] += salt * sums[i];
        }
    }

    @Override
    public Object save() {
        shared = true;
        return new Saved(bits, sums);
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        bits = saved.bits();
        sums = saved.sums();
        shared = true;
    }

    @Override
    public void addTo(StateHash hash) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < sums.length; i += 2) {
            high += sums[i];
            low += sums[i + 1];
        }
        hash.add(high);
        hash.add(low);
    }
}

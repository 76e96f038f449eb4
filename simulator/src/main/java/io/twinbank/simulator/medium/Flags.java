// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import java.util.BitSet;

/** One bit for each unit of a device. Saving shares the bits, and the hash is kept up to date. */
final class Flags implements Durable {
    private record Saved(BitSet bits, long high, long low) {}

    private BitSet bits = new BitSet();
    /** The sums of what each set bit is mixed to. */
    private long high = 0;

    private long low = 0;
    /** Whether a saved state shares the bits. */
    private boolean shared = false;

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
            shared = false;
        }
        return bits;
    }

    private void count(long unit, int sign) {
        StateHash hash = new StateHash();
        hash.add(unit);
        StateHash.Key key = hash.key();
        high += sign * key.high();
        low += sign * key.low();
    }

    @Override
    public Object save() {
        shared = true;
        return new Saved(bits, high, low);
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        bits = saved.bits();
        high = saved.high();
        low = saved.low();
        shared = true;
    }

    @Override
    public void addTo(StateHash hash) {
        hash.add(high);
        hash.add(low);
    }
}

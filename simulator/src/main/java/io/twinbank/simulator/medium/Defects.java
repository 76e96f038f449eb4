// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/** Bits of a device that aren't what was written, by their number. Saving shares them. */
final class Defects implements Durable {
    private NavigableMap<Long, Boolean> bits = new TreeMap<>();
    private boolean shared = false;

    void put(long bit, boolean value) {
        own().put(bit, value);
    }

    boolean contains(long bit) {
        return bits.containsKey(bit);
    }

    void remove(long bit) {
        own().remove(bit);
    }

    /** Returns those of some bytes. */
    SortedMap<Long, Boolean> within(long at, long length) {
        return bits.isEmpty() ? bits : bits.subMap(8 * at, 8 * (at + length));
    }

    void clear(long at, long length) {
        if (!within(at, length).isEmpty()) {
            own().subMap(8 * at, 8 * (at + length)).clear();
        }
    }

    private NavigableMap<Long, Boolean> own() {
        if (shared) {
            bits = new TreeMap<>(bits);
            shared = false;
        }
        return bits;
    }

    @Override
    public Object save() {
        shared = true;
        return bits;
    }

    @Override
    @SuppressWarnings("unchecked") // save() makes nothing else
    public void restore(Object saved) {
        bits = (NavigableMap<Long, Boolean>) saved;
        shared = true;
    }

    @Override
    public void addTo(StateHash hash) {
        for (Map.Entry<Long, Boolean> bit : bits.entrySet()) {
            hash.add(bit.getKey());
            hash.add(bit.getValue() ? 1 : 0);
        }
    }
}

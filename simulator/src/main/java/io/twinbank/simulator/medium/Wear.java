// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import java.util.Arrays;

/**
 * How much a device was used, for an observer. It is no part of a state's hash, unless the device wears out by it.
 *
 * @param erases how often each erase unit was erased; where none needs that, how often it was written
 * @param reads how often each erase unit was read
 * @param corrected how many reads needed error correction
 */
public record Wear(int[] erases, int[] reads, long corrected) {
    public Wear {
        erases = erases.clone();
        reads = reads.clone();
    }

    @Override
    public int[] erases() {
        return erases.clone();
    }

    @Override
    public int[] reads() {
        return reads.clone();
    }

    /**
     * Returns the most erases of any unit.
     *
     * @return at least 0
     */
    public int mostErases() {
        return Arrays.stream(erases).max().orElse(0);
    }

    /**
     * Returns the most reads of any unit.
     *
     * @return at least 0
     */
    public int mostReads() {
        return Arrays.stream(reads).max().orElse(0);
    }

    /** Counts while a device is used. Saving shares the counts. */
    static final class Counter implements Durable {
        private record Saved(int[] erases, int[] reads, long corrected) {}

        private int[] erases = {};
        private int[] reads = {};
        private long corrected = 0;
        private boolean shared = false;

        void erased(long unit) {
            own();
            erases = grown(erases, unit);
            erases[(int) unit]++;
        }

        void read(long unit) {
            own();
            reads = grown(reads, unit);
            reads[(int) unit]++;
        }

        int reads(long unit) {
            return unit < reads.length ? reads[(int) unit] : 0;
        }

        void corrected() {
            corrected++;
        }

        /** Another block took the place of this one. */
        void replaced(long unit) {
            own();
            erases = grown(erases, unit);
            erases[(int) unit] = 0;
        }

        int erases(long unit) {
            return unit < erases.length ? erases[(int) unit] : 0;
        }

        private void own() {
            if (shared) {
                erases = erases.clone();
                reads = reads.clone();
                shared = false;
            }
        }

        private static int[] grown(int[] counts, long unit) {
            return unit < counts.length ? counts : Arrays.copyOf(counts, (int) unit + 8);
        }

        Wear now() {
            return new Wear(erases, reads, corrected);
        }

        @Override
        public Object save() {
            shared = true;
            return new Saved(erases, reads, corrected);
        }

        @Override
        public void restore(Object state) {
            Saved saved = (Saved) state;
            erases = saved.erases();
            reads = saved.reads();
            corrected = saved.corrected();
            shared = true;
        }

        @Override
        public void addTo(StateHash hash) {
            hash.add(Arrays.hashCode(erases));
            hash.add(Arrays.hashCode(reads));
        }
    }
}

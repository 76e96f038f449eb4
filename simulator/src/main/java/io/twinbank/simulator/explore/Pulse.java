// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import java.util.concurrent.atomic.LongAdder;

/** How far a sweep is: written by the thread that explores, read by who waits for it. */
final class Pulse {
    private final LongAdder cuts = new LongAdder();
    private volatile double share = 0;

    /** Counts what was tried. */
    void add(long more) {
        cuts.add(more);
    }

    /**
     * Notes which part is done. Who can't know doesn't say it.
     *
     * @param done how much
     * @param all of how much
     */
    void done(long done, long all) {
        share = (double) done / all;
    }

    long cuts() {
        return cuts.sum();
    }

    /** From 0, at the beginning or if that isn't known, to 1. */
    double share() {
        return share;
    }
}

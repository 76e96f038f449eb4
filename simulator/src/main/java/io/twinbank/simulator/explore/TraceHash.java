// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.medium.StateHash;

/** One number for whole campaigns: two runs that differ anywhere, in one operation or one word, have different ones. */
public final class TraceHash {
    private static final long OPERATIONS = 60;
    private static final long READS = 120;

    private TraceHash() {}

    /**
     * Runs random schedules and hashes everything that was seen.
     *
     * @param setting on which board, in which scenario
     * @param seeds how many schedules, from seed 0
     * @return the same each time, on any Java
     */
    public static StateHash.Key ofRandom(Setting setting, long seeds) {
        StateHash hash = new StateHash();
        for (long seed = 0; seed < seeds; seed++) {
            hash.add(Replay.of(setting, RandomSchedules.draw(seed, OPERATIONS, READS))
                    .traceHash());
        }
        return hash.key();
    }
}

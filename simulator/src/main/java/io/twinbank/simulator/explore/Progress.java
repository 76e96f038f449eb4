// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.fault.Fault.Cut;
import io.twinbank.simulator.fault.SchedulePlayer;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.oracle.Strictness;
import io.twinbank.simulator.oracle.Violation;
import java.util.List;

/**
 * Judges a brown-out (L3): lives that are all as short, and yet long enough for one step, must come to an end some day. A step
 * is what lies between two of the agent's marks, its journal and its checkpoints; a life may have to do it once more, and to
 * erase again.
 */
final class Progress {
    private Progress() {}

    static List<Violation> of(List<Operation> baseline, SchedulePlayer player) {
        boolean allStruck = player.fired().size() == player.size();
        if (allStruck && player.fired().get(0) instanceof Cut cut && cut.operation() >= step(baseline)) {
            return List.of(new Violation(
                    "L3",
                    player.size() + " lives of " + cut.operation() + " operations, and no end; a step has "
                            + step(baseline),
                    Strictness.TRUTHFUL));
        }
        return List.of();
    }

    /** Returns how many operations a life must have at least. */
    private static long step(List<Operation> baseline) {
        long longest = 0;
        long since = 0;
        for (Operation operation : baseline) {
            since++;
            if (operation.call().equals("store JOURNAL") || operation.call().equals("store CHECKPOINT")) {
                longest = Math.max(longest, since);
                since = 0;
            }
        }
        return 2 * Math.max(longest, since);
    }
}

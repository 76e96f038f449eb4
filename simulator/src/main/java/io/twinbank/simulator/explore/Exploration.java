// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import java.util.List;
import java.util.SortedSet;

/**
 * What an exploration found.
 *
 * @param setting what was explored
 * @param baseline the operations of the run without faults, in order
 * @param quiet what became of the run without faults
 * @param cells what became of each first cut, in order; empty if they weren't asked for
 * @param failures what must not happen and does, at most {@value Explorer#MAX_FAILURES}
 * @param failureCount how many there are
 * @param cuts how many post-cut states were considered
 * @param distinctStates how many of them differ
 * @param lives how many lives were run
 * @param uncovered the baseline operations at which no cut struck
 * @param rows the rows of the update table that were taken
 * @param closed whether every state within the limits was explored
 * @param deepest how many cuts the longest schedule has whose future was explored
 * @param seconds how long it took
 */
public record Exploration(
        Setting setting,
        List<Operation> baseline,
        Verdict quiet,
        List<Cell> cells,
        List<Failure> failures,
        long failureCount,
        long cuts,
        long distinctStates,
        long lives,
        List<Long> uncovered,
        SortedSet<String> rows,
        boolean closed,
        int deepest,
        double seconds) {
    /**
     * One first cut.
     *
     * @param operation at which operation
     * @param variant how, such as {@code prefix:37}
     * @param schedule what repeats it
     * @param verdict what became of it
     * @param violations what must not happen, and does
     * @param duplicate whether its state had been seen before
     */
    public record Cell(
            long operation,
            String variant,
            Schedule schedule,
            Verdict verdict,
            List<Violation> violations,
            boolean duplicate) {
        public Cell {
            violations = List.copyOf(violations);
        }
    }

    /**
     * A schedule that ends badly.
     *
     * @param schedule the faults
     * @param violations what must not happen, and does
     */
    public record Failure(Schedule schedule, List<Violation> violations) {
        @Override
        public String toString() {
            return schedule + ": " + violations;
        }
    }

    /** Returns the same run without faults, which no cut was to strike, with other failures. */
    Exploration quiet(List<Failure> others) {
        return new Exploration(
                setting,
                baseline,
                quiet,
                cells,
                List.copyOf(others),
                others.size(),
                cuts,
                distinctStates,
                lives,
                List.of(),
                rows,
                closed,
                deepest,
                seconds);
    }

    /**
     * Tells whether nothing bad was found, and something was looked at.
     *
     * @return whether it is good
     */
    public boolean isGood() {
        return failureCount == 0 && quiet.isGood() && uncovered.isEmpty() && cuts > 0;
    }
}

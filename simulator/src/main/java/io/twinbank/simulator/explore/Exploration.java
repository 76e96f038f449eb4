// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.oracle.GrowthOracle.Growth;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.report.OperationReport.Step;
import io.twinbank.simulator.report.Outcome;
import io.twinbank.simulator.report.Reached;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an exploration found.
 *
 * @param setting what was explored
 * @param baseline the operations of the run without faults, in order
 * @param quiet what became of the run without faults
 * @param cells what became of each first cut, in order; empty if they weren't asked for
 * @param pairs what became of first and second cuts; empty if there are none, or they weren't asked for
 * @param failures what must not happen and does, at most {@value Explorer#MAX_FAILURES}
 * @param failureCount how many there are
 * @param cuts how many post-cut states were made and looked up, whether they were then run or known
 * @param schedules of how many sequences of cuts the end is known by that: those that begin like one that was met again, too. To a
 *     depth of 2 these are all that there are, and as many as are run without memory
 * @param distinctStates how many of them differ
 * @param lives how many lives were run
 * @param uncovered the baseline operations at which no cut struck
 * @param reached where the agents were led, after faults; a state that was seen before counts as led where it was then
 * @param closed whether every state within the limits was explored
 * @param deepest how many cuts the longest schedule has whose future was explored
 * @param seconds how long it took
 * @param growth whether the agent's memory is bounded; null if it wasn't asked
 */
public record Exploration(
        Setting setting,
        List<Operation> baseline,
        Verdict quiet,
        List<Cell> cells,
        Pairs pairs,
        List<Failure> failures,
        long failureCount,
        long cuts,
        long schedules,
        long distinctStates,
        long lives,
        List<Long> uncovered,
        Reached reached,
        boolean closed,
        int deepest,
        double seconds,
        @Nullable Growth growth) {
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
     * What became of first and second cuts, summed up by the kinds of operations that they struck. Nothing is run twice, so a
     * pair whose state was seen before is counted where it was seen first.
     *
     * @param firsts the kinds of operations that a first cut struck, without the lines of the agent
     * @param seconds those that a second cut struck, in the lives after the first
     * @param squares first by first
     */
    public record Pairs(List<Step> firsts, List<Step> seconds, List<Pair> squares) {
        /** There are none. */
        public static final Pairs NONE = new Pairs(List.of(), List.of(), List.of());

        public Pairs {
            firsts = List.copyOf(firsts);
            seconds = List.copyOf(seconds);
            squares = List.copyOf(squares);
        }
    }

    /**
     * Pairs of cuts at operations of the same two kinds.
     *
     * @param first index of the first operation's kind
     * @param second index of the second operation's kind
     * @param outcome the worst
     * @param pairs how many were considered
     * @param schedule the first with that outcome
     */
    public record Pair(int first, int second, Outcome outcome, long pairs, Schedule schedule) {}

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
                pairs,
                List.copyOf(others),
                others.size(),
                cuts,
                schedules,
                distinctStates,
                lives,
                List.of(),
                Reached.NOTHING,
                closed,
                deepest,
                seconds,
                growth);
    }

    /** Returns the same, asked for what it holds as well. */
    Exploration with(Growth asked) {
        List<Failure> all = new ArrayList<>(failures);
        if (!asked.violations().isEmpty()) {
            all.add(new Failure(Schedule.NONE, asked.violations()));
        }
        return new Exploration(
                setting,
                baseline,
                quiet,
                cells,
                pairs,
                List.copyOf(all),
                failureCount + all.size() - failures.size(),
                cuts,
                schedules,
                distinctStates,
                lives,
                uncovered,
                reached,
                closed,
                deepest,
                seconds,
                asked);
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

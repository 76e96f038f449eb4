// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.fault.Fault;
import java.time.Duration;
import java.util.List;

/**
 * How far an exploration goes.
 *
 * @param depth how many power cuts strike one after another, at most; {@link #UNTIL_CLOSED}
 * @param deduplicate whether a state that was seen isn't run again
 * @param tears whether cuts also strike in the middle of operations
 * @param offs what happens while the power is off, one after each cut that falls between two operations; empty for nothing
 * @param cells whether the outcome of each first cut is kept, for a report
 * @param maxStates how many different states are run, at most
 * @param stopAtFirst whether the first failure is enough
 * @param budget how long it may take; what isn't explored by then isn't
 */
public record Limits(
        int depth,
        boolean deduplicate,
        boolean tears,
        List<Fault.Off> offs,
        boolean cells,
        long maxStates,
        boolean stopAtFirst,
        Duration budget) {
    /** Any number of cuts, until there is no state that wasn't seen. */
    public static final int UNTIL_CLOSED = 1_000_000;

    private static final Duration FOR_EVER = Duration.ofDays(10_000);

    public Limits {
        offs = List.copyOf(offs);
    }

    /**
     * Every single cut, torn ones too.
     *
     * @return the limits
     */
    public static Limits single() {
        return depth(1);
    }

    /**
     * Every sequence of cuts up to a depth, torn ones too.
     *
     * @param depth at least 1
     * @return the limits
     */
    public static Limits depth(int depth) {
        return new Limits(depth, true, true, List.of(), true, Long.MAX_VALUE, false, FOR_EVER);
    }

    /**
     * Returns the same to another depth.
     *
     * @param cuts how many power cuts strike one after another, at most
     * @return a copy of this
     */
    public Limits toDepth(int cuts) {
        return new Limits(cuts, deduplicate, tears, offs, cells, maxStates, stopAtFirst, budget);
    }

    /**
     * Returns the same for single cuts between two operations, with something that happens while the power is off.
     *
     * @param faults each in turn
     * @return a copy of this
     */
    public Limits withOffs(List<Fault.Off> faults) {
        return new Limits(1, deduplicate, false, faults, cells, maxStates, stopAtFirst, budget);
    }

    /**
     * Returns the same without memory of states.
     *
     * @return a copy of this
     */
    public Limits forgetting() {
        return new Limits(depth, false, tears, offs, cells, maxStates, stopAtFirst, budget);
    }

    /**
     * Returns the same for cuts between two operations only.
     *
     * @return a copy of this
     */
    public Limits withoutTears() {
        return new Limits(depth, deduplicate, false, offs, cells, maxStates, stopAtFirst, budget);
    }

    /**
     * Returns the same without the outcomes of cells.
     *
     * @return a copy of this
     */
    public Limits withoutCells() {
        return new Limits(depth, deduplicate, tears, offs, false, maxStates, stopAtFirst, budget);
    }

    /**
     * Returns the same with an end.
     *
     * @param states how many different states are run, at most
     * @return a copy of this
     */
    public Limits atMost(long states) {
        return new Limits(depth, deduplicate, tears, offs, cells, states, stopAtFirst, budget);
    }

    /**
     * Returns the same, content with one failure.
     *
     * @return a copy of this
     */
    public Limits untilFirst() {
        return new Limits(depth, deduplicate, tears, offs, cells, maxStates, true, budget);
    }

    /**
     * Returns the same with less time.
     *
     * @param time how long it may take
     * @return a copy of this
     */
    public Limits within(Duration time) {
        return new Limits(depth, deduplicate, tears, offs, cells, maxStates, stopAtFirst, time);
    }

    /** Returns when the budget is spent, for work that begins now. */
    Deadline deadline() {
        long end = System.nanoTime() + budget.toNanos();
        return () -> System.nanoTime() - end >= 0;
    }

    /** When the budget is spent. */
    @FunctionalInterface
    interface Deadline {
        boolean isOver();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a sweep over many runs found.
 *
 * @param title of the page, such as {@code Nightly, all profiles}
 * @param command the command that gets the same report again
 * @param build version of agent and simulator
 * @param machine what it ran on: processor, cores, Java
 * @param seed of everything random in it
 * @param seconds it took from start to end, over all cores
 * @param runs in the order they are shown
 * @param coverage how much of the agent they went through together
 */
public record SweepReport(
        String title,
        String command,
        String build,
        String machine,
        long seed,
        double seconds,
        List<RunReport> runs,
        Coverage coverage) {
    public SweepReport {
        runs = List.copyOf(runs);
    }

    /**
     * Tells whether the sweep proves what it was to prove.
     *
     * @return true if there were runs, none was violated, none left an operation out, none was vacuous, and together
     *     they covered enough
     */
    public boolean ok() {
        return !runs.isEmpty() && coverage.isEnough() && runs.stream().allMatch(RunReport::ok);
    }

    /**
     * Counts the violations.
     *
     * @return of all runs, kept or not
     */
    public long violations() {
        return sum(run -> run.figures().violations());
    }

    /**
     * Counts the cuts.
     *
     * @return of all runs, duplicates among them
     */
    public long cuts() {
        return sum(run -> run.figures().cuts());
    }

    /**
     * Counts the states that the cuts left.
     *
     * @return of all runs, each state once in a run
     */
    public long distinctStates() {
        return sum(run -> run.figures().distinctStates());
    }

    /**
     * Counts the durable operations of the baselines.
     *
     * @return of all runs
     */
    public long operations() {
        return sum(run -> run.operations().size());
    }

    /**
     * Counts the operations that got no fault.
     *
     * @return of all runs; 0 in a complete sweep
     */
    public long uncovered() {
        return sum(run -> run.uncovered().size());
    }

    /**
     * Returns how fast it was.
     *
     * @return cuts per second of the whole sweep; 0 if it took no time
     */
    public double cutsPerSecond() {
        return seconds > 0 ? cuts() / seconds : 0;
    }

    private long sum(ToLongFunction<RunReport> figure) {
        return runs.stream().mapToLong(figure).sum();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one scenario on one board found.
 *
 * @param id which run it was
 * @param baselineEnding how the run without faults ended, such as {@code Installed 1.5.0}
 * @param operations the durable operations of the run without faults, in order
 * @param cells what each fault at each operation came to; in the order of operations, variants in the order they are shown
 * @param pairs what pairs of cuts came to, if the run had pairs
 * @param timelines those that were kept; cells and violations point here
 * @param violations what no run may do; at least the first of them
 * @param vacuity the facts without which a run that found nothing proves nothing
 * @param uncovered numbers of the operations that got no fault
 * @param reached where faults led agents
 * @param figures its counts
 */
public record RunReport(
        Id id,
        String baselineEnding,
        List<OperationReport> operations,
        List<CellReport> cells,
        @Nullable PairsReport pairs,
        List<TimelineReport> timelines,
        List<ViolationReport> violations,
        List<VacuityReport> vacuity,
        List<Long> uncovered,
        Reached reached,
        Figures figures) {
    /** No timeline was kept. */
    public static final int NO_TIMELINE = -1;

    /**
     * Which run it was.
     *
     * @param profile the device, such as {@code nor-4k}
     * @param boot the boot model, such as {@code u-boot}
     * @param scenario what was to happen, such as {@code upgrade}
     * @param mode how faults were chosen, such as {@code single} or {@code pairs}
     * @param depth most faults in one schedule
     */
    public record Id(String profile, String boot, String scenario, String mode, int depth) {
        @Override
        public String toString() {
            return profile + "/" + boot + "/" + scenario + " " + mode + " depth " + depth;
        }
    }

    /**
     * The counts of a run.
     *
     * @param cuts faults that were tried
     * @param statesConsidered states after a fault that were looked at, duplicates among them
     * @param distinctStates those that were different, each of which was recovered from
     * @param violations how many there are, kept or not
     * @param depthClosed the number of faults up to which nothing is left to try; 0 if not even single faults are complete
     * @param seconds of one core
     */
    public record Figures(
            long cuts, long statesConsidered, long distinctStates, long violations, int depthClosed, double seconds) {}

    public RunReport {
        operations = List.copyOf(operations);
        cells = List.copyOf(cells);
        timelines = List.copyOf(timelines);
        violations = List.copyOf(violations);
        vacuity = List.copyOf(vacuity);
        uncovered = List.copyOf(uncovered);
        if (figures.violations() < violations.size()) {
            throw new IllegalArgumentException(
                    figures.violations() + " violations can't be fewer than the " + violations.size() + " kept");
        }
        int count = timelines.size();
        for (CellReport cell : cells) {
            checkTimeline(cell.timeline(), count);
        }
        if (pairs != null) {
            pairs.squares().forEach(square -> checkTimeline(square.timeline(), count));
        }
        for (ViolationReport violation : violations) {
            checkTimeline(violation.timeline(), count);
        }
    }

    private static void checkTimeline(int index, int size) {
        if (index < NO_TIMELINE || index >= size) {
            throw new IllegalArgumentException("timeline " + index + " isn't one of " + size);
        }
    }

    /**
     * Tells whether the run proves what it was to prove.
     *
     * @return true if nothing was violated, no operation was left out, and every fact of non-vacuity holds
     */
    public boolean ok() {
        return figures.violations() == 0
                && uncovered.isEmpty()
                && vacuity.stream().allMatch(VacuityReport::holds);
    }
}

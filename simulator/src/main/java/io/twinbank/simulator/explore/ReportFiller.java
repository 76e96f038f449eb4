// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.explore.Exploration.Cell;
import io.twinbank.simulator.explore.Exploration.Failure;
import io.twinbank.simulator.explore.Storyteller.Story;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.report.CellReport;
import io.twinbank.simulator.report.Outcome;
import io.twinbank.simulator.report.PairsReport;
import io.twinbank.simulator.report.RunReport;
import io.twinbank.simulator.report.VacuityReport;
import io.twinbank.simulator.report.ViolationReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Fills a report with what explorations found. Thread-safe. */
public final class ReportFiller {
    /** How many violations of a run are kept; one of each oracle is shrunk. */
    private static final int MAX_VIOLATIONS = 20;
    /** An update that does less than this hasn't updated anything. */
    private static final int FEWEST_OPERATIONS = 10;

    private final Mode mode;
    private final int depth;
    private final int maxTimelines;

    /**
     * Makes a filler.
     *
     * @param mode of the explorations
     * @param depth of the explorations, as the mode has it
     * @param maxTimelines how many stories of a run are kept for people to look at, those of violations among them
     */
    public ReportFiller(Mode mode, int depth, int maxTimelines) {
        this.mode = mode;
        this.depth = depth;
        this.maxTimelines = maxTimelines;
    }

    /**
     * Fills the report of a run.
     *
     * @param found what was found
     * @return the report
     */
    public RunReport fill(Exploration found) {
        return new Run(found).fill();
    }

    private final class Run {
        private final Exploration found;
        private final Baseline baseline;
        private final Stories stories;
        private final Set<String> shrunk = new HashSet<>();

        Run(Exploration found) {
            this.found = found;
            this.baseline = Baseline.of(found.setting());
            this.stories = new Stories(found.setting(), maxTimelines);
        }

        RunReport fill() {
            List<ViolationReport> violations = violations();
            List<CellReport> cells = cells();
            PairsReport pairs =
                    found.pairs().squares().isEmpty() ? null : new PairsFiller(found, baseline, stories).fill();
            violations.addAll(stories.violations());
            Setting setting = found.setting();
            return new RunReport(
                    new RunReport.Id(
                            setting.profile().name(),
                            setting.loader().name(),
                            setting.scenario().name(),
                            mode.text(),
                            depth),
                    String.join(", ", found.quiet().told()) + "; "
                            + found.quiet().permanent() + " runs",
                    baseline.operations(),
                    cells,
                    pairs,
                    stories.timelines(),
                    violations,
                    vacuity(),
                    found.uncovered(),
                    found.reached(),
                    new RunReport.Figures(
                            found.cuts(),
                            found.cuts(),
                            found.distinctStates(),
                            found.failureCount() + stories.violations().size(),
                            depthClosed(),
                            found.seconds()));
        }

        private int depthClosed() {
            boolean counts = found.closed() && found.uncovered().isEmpty() && mode != Mode.RANDOM;
            return counts ? Math.max(1, mode == Mode.FIXPOINT ? found.deepest() : depth) : 0;
        }

        private List<ViolationReport> violations() {
            List<ViolationReport> reports = new ArrayList<>();
            for (Failure failure : found.failures()) {
                if (reports.size() < MAX_VIOLATIONS) {
                    reports.add(violation(failure));
                }
            }
            return reports;
        }

        /** The first of each oracle is shrunk, and its story told; the others are most often the same. */
        private ViolationReport violation(Failure failure) {
            Violation violation = failure.violations().get(0);
            Schedule schedule = failure.schedule();
            if (!shrunk.add(violation.oracle()) || schedule.faults().isEmpty()) {
                return report(violation, schedule, "");
            }
            try {
                Schedule smallest = new Shrinker(found.setting(), violation.oracle()).shrink(schedule);
                Story story = Storyteller.tell(found.setting(), smallest);
                return report(violation, schedule, smallest, story);
            } catch (RuntimeException e) {
                // what was found counts, also where the simulator can't show it a second time
                return report(violation, schedule, "not shrunk: " + e.getMessage());
            }
        }

        private ViolationReport report(Violation violation, Schedule schedule, Schedule smallest, Story story) {
            return new ViolationReport(
                    violation.oracle(),
                    violation.message(),
                    found.setting() + ":" + schedule,
                    found.setting() + ":" + smallest,
                    "",
                    TestSource.of(found.setting(), smallest),
                    story.pages(),
                    stories.keep(story));
        }

        private ViolationReport report(Violation violation, Schedule schedule, String remark) {
            return new ViolationReport(
                    violation.oracle(),
                    violation.message(),
                    found.setting() + ":" + schedule,
                    "",
                    remark,
                    "",
                    List.of(),
                    RunReport.NO_TIMELINE);
        }

        private List<CellReport> cells() {
            List<CellReport> reports = new ArrayList<>();
            Set<String> told = new HashSet<>();
            for (Cell cell : found.cells()) {
                String phase = baseline.phaseOf(cell.operation());
                Outcome outcome = Outcomes.of(found.setting().scenario(), cell.verdict(), cell.violations(), phase);
                boolean tell = stories.haveRoom() && told.add(phase + outcome);
                reports.add(new CellReport(
                        cell.operation(),
                        cell.variant(),
                        outcome,
                        cell.duplicate(),
                        cell.verdict().boots(),
                        found.setting() + ":" + cell.schedule(),
                        tell ? stories.tell(cell.schedule()) : RunReport.NO_TIMELINE));
            }
            return reports;
        }

        private List<VacuityReport> vacuity() {
            long missed = found.uncovered().size();
            long all = found.baseline().size();
            String expected = found.setting().scenario().expected().version();
            long updates = found.quiet().told().stream()
                    .filter(outcome -> !outcome.equals("Rejected"))
                    .count();
            long fewest = Math.max(1, updates * FEWEST_OPERATIONS);
            List<VacuityReport> facts = new ArrayList<>();
            facts.add(new VacuityReport(
                    "V1", String.format(Locale.ROOT, "faults fired: %,d", found.cuts()), found.cuts() > 0));
            facts.add(new VacuityReport(
                    "V2",
                    "without faults " + found.quiet().permanent() + " runs, expected " + expected + ", after " + all
                            + " operations, at least " + fewest,
                    found.quiet().permanent().equals(expected) && all >= fewest));
            facts.add(new VacuityReport(
                    "V3", "operations with a fault: " + (all - missed) + " of " + all, missed == 0 && all > 0));
            if (found.growth() != null) {
                facts.add(new VacuityReport(
                        "O-M1",
                        found.growth().text(),
                        found.growth().violations().isEmpty()));
            }
            return facts;
        }
    }
}

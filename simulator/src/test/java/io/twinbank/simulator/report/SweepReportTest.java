// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.report.PairsReport.Square;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepReportTest {
    private static final RunReport.Id ID = new RunReport.Id("nor-4k", "u-boot", "upgrade", "single", 1);

    private static RunReport.Figures figures(int violations) {
        return new RunReport.Figures(30, 20, 10, violations, 1, 2.5);
    }

    private static RunReport run(List<ViolationReport> violations, boolean holds, List<Long> uncovered) {
        VacuityReport fact = new VacuityReport("V1", "every fault fired", holds);
        return new RunReport(
                ID,
                "",
                List.of(),
                List.of(),
                null,
                List.of(),
                violations,
                List.of(fact),
                uncovered,
                Reached.NOTHING,
                figures(violations.size()));
    }

    private static boolean ok(RunReport... runs) {
        return new SweepReport("", "", "", "", 0, 4, List.of(runs), Coverage.NONE).ok();
    }

    @Test
    void ok_onlyIfSomethingRanAndNothingIsWrong() {
        ViolationReport violation = new ViolationReport("S1", "", "", "", "", "", List.of(), RunReport.NO_TIMELINE);
        RunReport good = run(List.of(), true, List.of());

        assertTrue(ok(good));
        assertFalse(ok());
        assertFalse(ok(good, run(List.of(violation), true, List.of())));
        assertFalse(ok(good, run(List.of(), false, List.of())));
        assertFalse(ok(good, run(List.of(), true, List.of(3L))));
    }

    @Test
    void ok_runsThatTogetherMissSomething_isFalse() {
        VacuityReport fact = new VacuityReport("V4", "not 13", false);
        Coverage coverage = new Coverage(List.of("1"), List.of("13"), List.of(), List.of(fact));
        RunReport good = run(List.of(), true, List.of());

        assertFalse(new SweepReport("", "", "", "", 0, 4, List.of(good), coverage).ok());
    }

    @Test
    void figures_severalRuns_areSums() {
        RunReport run = run(List.of(), true, List.of(3L, 4L));
        SweepReport sweep = new SweepReport("", "", "", "", 0, 4, List.of(run, run), Coverage.NONE);

        assertEquals(60, sweep.cuts());
        assertEquals(20, sweep.distinctStates());
        assertEquals(4, sweep.uncovered());
        assertEquals(15.0, sweep.cutsPerSecond());
        assertEquals(0.0, new SweepReport("", "", "", "", 0, 0, List.of(run), Coverage.NONE).cutsPerSecond());
    }

    @Test
    void run_cellWithATimelineThatIsNot_isRefused() {
        CellReport cell = new CellReport(1, "before", Outcome.COMMITTED, false, 1, "", 0);

        assertThrows(
                IllegalArgumentException.class,
                () -> new RunReport(
                        ID,
                        "",
                        List.of(),
                        List.of(cell),
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        Reached.NOTHING,
                        figures(0)));
    }

    @Test
    void run_fewerViolationsThanKept_isRefused() {
        ViolationReport kept = new ViolationReport("S1", "", "", "", "", "", List.of(), RunReport.NO_TIMELINE);

        assertThrows(
                IllegalArgumentException.class,
                () -> new RunReport(
                        ID,
                        "",
                        List.of(),
                        List.of(),
                        null,
                        List.of(),
                        List.of(kept),
                        List.of(),
                        List.of(),
                        Reached.NOTHING,
                        figures(0)));
    }

    @Test
    void pairs_squareBeyondTheKinds_isRefused() {
        List<Square> squares = List.of(new Square(0, 0, Outcome.COMMITTED, 1, "none", RunReport.NO_TIMELINE));

        assertThrows(IllegalArgumentException.class, () -> new PairsReport(List.of(), List.of(), squares));
    }
}

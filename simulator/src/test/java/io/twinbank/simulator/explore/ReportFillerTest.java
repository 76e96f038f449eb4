// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Exploration.Failure;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.report.PairsReport;
import io.twinbank.simulator.report.PairsReport.Square;
import io.twinbank.simulator.report.RunReport;
import io.twinbank.simulator.report.TimelineReport.Boot;
import io.twinbank.simulator.report.TimelineReport.Ending;
import io.twinbank.simulator.report.ViolationReport;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportFillerTest {
    private static final int STORIES = 40;

    @Test
    void fill_pairs_countsEachOnceAndTellsAStoryOfTwoCuts() {
        Setting setting = setting();
        Exploration found = new Sweep(setting, Mode.PAIRS, Limits.depth(2), 0).explore();

        RunReport report = new ReportFiller(Mode.PAIRS, 2, STORIES).fill(found);

        assertEquals(List.of(), report.violations());
        PairsReport pairs = report.pairs();
        long counted = pairs.squares().stream().mapToLong(Square::pairs).sum();
        assertEquals(found.cuts(), counted + found.cells().size());
        assertTrue(pairs.firsts().size() < found.baseline().size(), pairs.firsts()::toString);
        assertEquals(STORIES, report.timelines().size());
        for (Square square : pairs.squares()) {
            if (square.timeline() != RunReport.NO_TIMELINE) {
                List<Boot> boots = report.timelines().get(square.timeline()).boots();
                assertEquals(
                        square.schedule(),
                        report.timelines().get(square.timeline()).schedule());
                assertEquals(
                        2,
                        boots.stream()
                                .filter(boot -> boot.ending() == Ending.CUT)
                                .count(),
                        square::toString);
                Boot second = boots.stream()
                        .filter(boot -> boot.ending() == Ending.CUT)
                        .skip(1)
                        .findFirst()
                        .orElseThrow();
                assertEquals(
                        pairs.seconds().get(square.second()),
                        PairsTally.kind(second.steps().get(second.steps().size() - 1)));
            }
        }
    }

    @Test
    void fill_singleCuts_hasNoPairs() {
        Exploration found = new Sweep(setting(), Mode.SINGLE, Limits.single(), 0).explore();

        assertEquals(null, new ReportFiller(Mode.SINGLE, 1, 2).fill(found).pairs());
    }

    @Test
    void fill_pairsWithoutPictures_keepsNothingOfThem() {
        Exploration found = new Sweep(setting(), Mode.PAIRS, Limits.depth(2).withoutCells(), 0).explore();

        assertEquals(List.of(), found.pairs().squares());
    }

    @Test
    void fill_failureThatIsGoodAlone_keepsItUnshrunkAndSaysWhy() {
        Exploration found = new Sweep(setting(), Mode.QUIET, Limits.single(), 0).explore();
        Failure flaky = new Failure(Schedule.parse("cut(3,after)"), List.of(new Violation("S1", "no bank boots")));

        RunReport report = new ReportFiller(Mode.SINGLE, 1, 2).fill(found.quiet(List.of(flaky)));

        ViolationReport violation = report.violations().get(0);
        assertEquals(setting() + ":cut(3,after)", violation.schedule());
        assertEquals("", violation.shrunk());
        assertTrue(violation.remark().startsWith("not shrunk: "), violation.remark());
        assertTrue(violation.remark().contains("has nothing that S1 complains of"), violation.remark());
        assertFalse(report.ok());
        assertNotEquals(0, report.figures().violations());
    }

    private static Setting setting() {
        return Setting.of(
                IdealChip.losing(),
                BootLoaders.named("ideal"),
                Scenarios.named("update").withImageBytes(4096));
    }
}

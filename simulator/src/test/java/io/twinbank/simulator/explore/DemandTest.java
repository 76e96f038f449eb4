// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.report.Coverage;
import io.twinbank.simulator.report.Reached;
import io.twinbank.simulator.report.VacuityReport;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DemandTest {
    private static Setting setting(String loader, Scenario scenario) {
        return Setting.of(Profiles.named("ideal"), BootLoaders.named(loader), scenario);
    }

    private static Setting setting(String loader, String scenario) {
        return setting(loader, Scenarios.named(scenario));
    }

    private static Reached reached(Set<String> rows, String... outcomes) {
        return new Reached(new TreeSet<>(rows), new TreeSet<>(List.of(outcomes)));
    }

    private static Coverage swept(Mode mode, Setting setting) {
        Exploration found = new Sweep(setting, mode, Limits.depth(1), 0).explore();
        return Demand.of(mode, List.of(setting)).compare(List.of(found.reached()));
    }

    private static VacuityReport fact(Coverage coverage, String id) {
        return coverage.vacuity().stream()
                .filter(fact -> fact.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void compare_everySingleCutOfARollback_isEnough() {
        Coverage coverage = swept(Mode.SINGLE, setting("ideal", "rollback@4096"));

        assertEquals(List.of(), coverage.missed());
        assertTrue(coverage.isEnough());
        assertTrue(coverage.taken().containsAll(List.of("1a", "12", "13", "17b", "22", "23c")), coverage::toString);
    }

    /** An offer that only arrives when the download is through would supersede nothing. */
    @Test
    void compare_everyEventOfAnUpdate_isEnough() {
        Coverage coverage = swept(Mode.EVENTS, setting("ideal", "update@4096"));

        assertEquals(List.of(), coverage.missed());
        assertTrue(coverage.taken().containsAll(List.of("2b", "5", "9", "9c")), coverage::toString);
    }

    /** Nothing is installed there, and the one row of a trial that nobody began is taken there alone. */
    @Test
    void compare_everyLossOfADowngrade_isEnough() {
        Coverage coverage = swept(Mode.LOST, setting("uboot", "downgrade@4096"));

        assertEquals(List.of(), coverage.missed());
        assertTrue(coverage.taken().containsAll(List.of("17a", "17c", "23b", "24")), coverage::toString);
    }

    @Test
    void compare_everySingleCutOfCommandsAndPauses_isEnough() {
        for (String scenario : List.of("commands@4096", "paused@4096")) {
            Coverage coverage = swept(Mode.SINGLE, setting("uboot", scenario));

            assertEquals(List.of(), coverage.missed());
            assertTrue(coverage.taken().containsAll(List.of("27", "27a")), coverage::toString);
        }
    }

    @Test
    void compare_rowThatIsMissing_isNotEnoughAndNamed() {
        Demand demand = Demand.of(Mode.SINGLE, List.of(setting("ideal", "rollback")));
        Coverage whole = swept(Mode.SINGLE, setting("ideal", "rollback@4096"));
        Set<String> rows = new TreeSet<>(whole.taken());
        rows.remove("13");

        Coverage coverage = demand.compare(List.of(reached(rows, "RolledBack")));

        assertEquals(List.of("13"), coverage.missed());
        assertFalse(coverage.isEnough());
        assertTrue(fact(coverage, "V4").text().contains("not 13"), fact(coverage, "V4")::text);
    }

    @Test
    void compare_severalRuns_countTogether() {
        Demand demand = Demand.of(Mode.PAIRS, List.of(setting("uboot", "update"), setting("uboot", "rollback")));
        Set<String> all =
                new TreeSet<>(AgentRows.ALL.stream().map(AgentRows.Expected::id).toList());

        assertTrue(demand.compare(List.of(reached(all, "Installed"), reached(Set.of(), "RolledBack")))
                .isEnough());
        Coverage one = demand.compare(List.of(reached(all, "Installed")));
        assertFalse(fact(one, "V5").holds());
        assertTrue(fact(one, "V5").text().endsWith("not seen: RolledBack"), fact(one, "V5")::text);
    }

    @Test
    void of_narrowSelection_asksForWhatItCanReach() {
        Coverage downgrade =
                Demand.of(Mode.SINGLE, List.of(setting("ideal", "downgrade"))).compare(List.of());
        Coverage clears = Demand.of(Mode.SINGLE, List.of(setting("uboot-altboot-clears", "rollback")))
                .compare(List.of());

        assertTrue(downgrade.missed().contains("2"), downgrade::toString);
        assertFalse(downgrade.missed().contains("12"), downgrade::toString);
        assertTrue(downgrade.beyond().contains("12"), downgrade::toString);
        assertTrue(fact(downgrade, "V5").holds());
        assertTrue(clears.missed().contains("21"), clears::toString);
        assertFalse(clears.missed().contains("13"), clears::toString);
    }

    @Test
    void of_noFaultsOrDrawnOnes_asksForNothing() {
        for (Mode mode : List.of(Mode.QUIET, Mode.RANDOM)) {
            assertTrue(Demand.of(mode, List.of(setting("ideal", "update")))
                    .compare(List.of())
                    .isEnough());
        }
    }

    /** Of somebody's own story nobody knows which rows it takes, but how it must end. */
    @Test
    void of_ownScenarioOfAKnownName_asksForItsEndingsAlone() {
        Scenario own = Scenario.named("rollback")
                .about("another one")
                .offer("2.0", Behaviour.FAILS_SELF_TEST)
                .build();

        Coverage coverage =
                Demand.of(Mode.SINGLE, List.of(setting("ideal", own))).compare(List.of());

        assertEquals(List.of(), coverage.missed());
        assertTrue(fact(coverage, "V5").text().endsWith("not seen: RolledBack"), fact(coverage, "V5")::text);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of the JVM at calls of the board: the agent's thread dies, and the update doesn't. */
class ErrorsTest {
    private static Setting setting(String profile, String scenario) {
        return Setting.of(Profiles.named(profile), BootLoaders.named("uboot"), Scenarios.named(scenario));
    }

    private static void assertGood(Exploration found) {
        assertEquals(List.of(), found.failures());
        assertEquals(List.of(), found.uncovered());
        assertTrue(found.cuts() > 3L * found.baseline().size(), found.cuts() + " errors");
    }

    /** A command that got lost in one wouldn't come again before the next connection. */
    @ParameterizedTest
    @ValueSource(strings = {"update@4096", "paused@4096"})
    void sweep_everyErrorInAnUpdate_isGood(String scenario) {
        assertGood(new Sweep(setting("ideal", scenario), Mode.ERRORS, Limits.depth(1), 0).explore());
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "nor-w25q128jv, rollback@4096",
        "file-ext4, update@4096",
        "emmc-mtfc4gacajcn, encrypted@4096",
        "nand-w25n01gv, update@4096"
    })
    void sweep_everyErrorElsewhere_isGood(String profile, String scenario) {
        assertGood(new Sweep(setting(profile, scenario), Mode.ERRORS, Limits.depth(1), 0).explore());
    }

    @ParameterizedTest
    @ValueSource(strings = {"throw(9,out-of-memory)", "throw(9,stack-overflow,applied)", "throw(9,out-of-memory,x3)"})
    void replay_errorInTheDownload_isToldAndSurvived(String schedule) {
        Replay replay = Replay.of(setting("ideal", "update"), Schedule.parse(schedule));

        assertEquals(List.of(), replay.violations());
        assertEquals(1, replay.fired().size());
        List<String> troubles = replay.events().stream()
                .filter(AgentEvent.Trouble.class::isInstance)
                .map(event -> ((AgentEvent.Trouble) event).what())
                .toList();
        assertTrue(troubles.get(0).startsWith("the agent threw "), troubles::toString);
        assertEquals(schedule, Schedule.parse(schedule).toString());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SweepTest {
    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"SINGLE", "DEPTH", "FIXPOINT", "LINEAR"})
    void explore_idealBoard_isGood(Mode mode) {
        assertGood(new Sweep(setting(Behaviour.WORKS), mode, Limits.depth(3), 0).explore());
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"BROWN_OUT", "LOST", "IO_ERRORS", "EVENTS", "RANDOM"})
    void explore_idealBoardAndOtherFaults_isGood(Mode mode) {
        assertGood(new Sweep(setting(Behaviour.FAILS_SELF_TEST), mode, Limits.depth(3), 300).explore());
    }

    @Tag("slow")
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"IO_ERRORS", "RANDOM"})
    void explore_filesAndOtherFaults_isGood(Mode mode) {
        assertGood(new Sweep(onFiles(), mode, Limits.depth(1), 300).explore());
    }

    @Test
    void explore_filesAndAFewOtherFaults_isGood() {
        Setting files = onFiles();

        Exploration random = new Sweep(files, Mode.RANDOM, Limits.depth(1), 12).explore();

        assertGood(random);
        for (int failing = 1; failing <= random.baseline().size(); failing += 9) {
            Replay replay = Replay.of(files, Schedule.parse("fail(" + failing + ",io)"));
            assertEquals(1, replay.fired().size(), replay.schedule()::toString);
            assertEquals(List.of(), replay.violations(), replay.schedule()::toString);
        }
    }

    @Test
    void replay_ofASchedule_isWhatTheExplorerFound() {
        Setting setting = setting(Behaviour.WORKS);
        Exploration found = new Explorer(setting, Limits.single()).explore();

        for (Exploration.Cell cell : found.cells()) {
            Replay replay = Replay.of(setting, Schedule.parse("cut(" + cell.operation() + "," + cell.variant() + ")"));
            assertEquals(1, replay.fired().size(), cell::toString);
            assertEquals(cell.verdict().boots(), replay.verdict().boots(), cell::toString);
            assertEquals(cell.verdict().permanent(), replay.verdict().permanent(), cell::toString);
            assertEquals(cell.verdict().told(), replay.verdict().told(), cell::toString);
        }
    }

    @Test
    void replay_twentySeedsTwice_areTheSameToTheLastOperation() {
        assertSameTwice(20);
    }

    @Tag("slow")
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @Test
    void replay_threeHundredSeedsTwice_areTheSameToTheLastOperation() {
        assertSameTwice(300);
    }

    private static void assertSameTwice(int seeds) {
        Setting setting = Setting.of(
                Profiles.named("nor-w25q128jv"),
                BootLoaders.named("uboot"),
                Scenarios.named("update").withImageBytes(4096));

        assertEquals(TraceHash.ofRandom(setting, seeds), TraceHash.ofRandom(setting, seeds));
        assertNotEquals(TraceHash.ofRandom(setting, 1), TraceHash.ofRandom(setting, 2));
    }

    @Test
    void shrink_aScheduleThatIsGood_isRefused() {
        Shrinker shrinker = new Shrinker(setting(Behaviour.WORKS), "S1");

        assertThrows(IllegalArgumentException.class, () -> shrinker.shrink(Schedule.parse("cut(3,after)")));
    }

    /** The shipped parts for Linux; the image is small, for each operation of a file is several of its file system. */
    private static Setting onFiles() {
        Scenario small = Scenarios.named("update").withImageBytes(4096);
        return Setting.of(Profiles.named("file-ext4"), BootLoaders.named("ideal"), small);
    }

    private static void assertGood(Exploration found) {
        assertEquals(List.of(), found.failures());
        assertEquals(List.of(), found.uncovered());
        assertTrue(found.quiet().isGood(), found.quiet()::toString);
        assertTrue(found.closed());
        assertTrue(found.cuts() >= 12, found.cuts() + " faults struck");
    }

    private static Setting setting(Behaviour behaviour) {
        Scenario scenario = Scenario.named("update").offer("2.0", behaviour).build();
        return Setting.of(IdealChip.losing(), BootLoaders.named("ideal"), scenario);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cuts and other faults while a compressed payload comes in, of which a frame holds more than a checkpoint does. */
class CompressedSweepTest {
    private static final Setting IDEAL =
            Setting.of(IdealChip.losing(), BootLoaders.named("ideal"), Scenarios.named("compressed"));

    private static void assertGood(Exploration found) {
        assertEquals(List.of(), found.failures());
        assertTrue(found.isGood());
        assertEquals("2.0", found.quiet().permanent());
    }

    @Test
    void compressed_payload_isSmallerThanTheImage() {
        Scenario scenario = Scenarios.named("compressed");

        assertTrue(scenario.payloadBytes() < scenario.imageBytes() * 3L / 4, scenario.payloadBytes() + " bytes");
        assertTrue(scenario.checkpointBytes() < scenario.frameBytes());
        assertTrue(scenario.frameBytes() < scenario.imageBytes());
    }

    @Test
    void explore_everyCut_isGood() {
        assertGood(new Explorer(IDEAL, Limits.single()).explore());
    }

    @Tag("slow")
    @Test
    void explore_aRealPart_isGood() {
        Setting setting = Setting.of(
                Profiles.named("nor-w25q128jv"), BootLoaders.named("uboot"), Scenarios.named("compressed@12288"));

        assertGood(new Explorer(setting, Limits.single()).explore());
    }

    @Tag("slow")
    @Test
    void explore_twoCuts_isGood() {
        assertGood(new Sweep(IDEAL, Mode.DEPTH, Limits.depth(2), 0).explore());
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"BROWN_OUT", "LOST", "IO_ERRORS", "EVENTS", "RANDOM"})
    void explore_otherFaults_isGood(Mode mode) {
        assertGood(new Sweep(IDEAL, mode, Limits.depth(3), 300).explore());
    }
}

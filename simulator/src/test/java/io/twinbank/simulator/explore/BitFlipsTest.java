// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bits that did harm, to the agent or to a model. */
class BitFlipsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            uboot | cut(16,after)>off(flip,bank-a,0)
            grub | cut(18,after)>off(flip,boot-control,500)
            uboot-unverified | cut(1,after)>off(flip,bank-a,183)
            """)
    void replay_rollbackWithABitThatFlipped_isGood(String loader, String schedule) {
        assertEquals(
                List.of(),
                Replay.of(setting(loader, "rollback"), Schedule.parse(schedule)).violations());
    }

    /** The bit by which a loader that verifies nothing takes a bank for an image: without it the older one boots. */
    @Test
    void replay_headerOfTheConfirmedBankFlipped_isBeyondALoaderThatVerifiesNothing() {
        Schedule schedule = Schedule.parse("cut(28,after)>off(flip,bank-b,0)");

        assertEquals(
                List.of(),
                Replay.of(setting("uboot-unverified", "update"), schedule).violations());
        assertEquals(List.of(), Replay.of(setting("uboot", "update"), schedule).violations());
    }

    /**
     * A part of what {@code otasim sweep --mode bit-flips} tries: a seventh of its bits, each boot loader in each of three
     * scenarios.
     */
    @Tag("slow")
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    @ParameterizedTest
    @ValueSource(strings = {"update", "rollback", "bad-then-good"})
    void explore_aPartOfTheBitsWithEachLoader_isGood(String scenario) {
        BootLoaders.all().parallelStream().forEach(loader -> {
            Setting setting = setting(loader.name(), scenario);

            Exploration found = new BitFlips(setting, Limits.single().withoutCells(), new Pulse(), 57).explore();

            assertEquals(List.of(), found.failures(), setting::toString);
            assertTrue(found.closed(), setting::toString);
            assertTrue(found.cuts() > 1000, found.cuts() + " bits flipped in " + setting);
        });
    }

    private static Setting setting(String loader, String scenario) {
        return Setting.of(
                IdealChip.losing(),
                BootLoaders.named(loader),
                Scenarios.named(scenario).withImageBytes(4096));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bits that did harm, to the agent or to a model. */
class BitFlipsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            uboot | cut(16,after)>off(flip,bank-a,0)
            grub | cut(18,after)>off(flip,boot-control,500)
            uboot-unverified | cut(1,after)>off(flip,bank-a,183)
            """)
    void replay_rollbackWithABitThatFlipped_isGood(String loader, String schedule) {
        Setting setting = Setting.of(
                IdealChip.losing(),
                BootLoaders.named(loader),
                Scenarios.named("rollback").withImageBytes(4096));

        assertEquals(List.of(), Replay.of(setting, Schedule.parse(schedule)).violations());
    }
}

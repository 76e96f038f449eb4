// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.oracle.Strictness;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked for after faults; docs/simulator.md has the same as a table. */
class SettingTest {
    private static Setting nand(String loader) {
        return Setting.of(
                Profiles.named("nand-mt29f2g08"),
                BootLoaders.named(loader),
                Scenarios.named("two-updates").withImageBytes(4096));
    }

    @ParameterizedTest
    @CsvSource({
        "uboot,3,'cut(9,after)>cut(9,after)',EXACT",
        "uboot,2,'cut(9,after)>cut(9,after)',TRUTHFUL",
        "uboot,3,'off(lose,variables)',NO_LIE",
        "uboot,3,'off(flip,bank-a,0)',FAIL_CLOSED",
        "grub,1,'cut(9,after)',TRUTHFUL"
    })
    void strictness_byFaultsAndLoader_isAsDocumented(
            String loader, int attempts, String schedule, Strictness expected) {
        assertEquals(expected, nand(loader).strictness(Schedule.parse(schedule), attempts));
    }
}

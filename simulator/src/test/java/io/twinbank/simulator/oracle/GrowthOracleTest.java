// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.oracle.GrowthOracle.Growth;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import io.twinbank.simulator.scenario.World;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrowthOracleTest {
    @ParameterizedTest
    @CsvSource({
        "ideal, ideal, update@4096",
        "nor-w25q128jv, uboot, rollback@4096",
        "file-ext4, grub, trust-update@4096",
        "ideal, slots, older-agent@4096"
    })
    void judge_shippedAgent_holdsNoMoreAfterTwiceAsManyOffers(String profile, String boot, String scenario)
            throws IOException {
        Setting setting = Setting.of(Profiles.named(profile), BootLoaders.named(boot), Scenarios.named(scenario));

        try (World world = setting.world()) {
            Growth growth = new GrowthOracle(world).judge();

            assertEquals(List.of(), growth.violations());
            assertTrue(growth.text().contains("at rest"), growth::text);
            assertTrue(growth.text().contains("before a gate that is shut"), growth::text);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.Ages;
import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Exploration;
import io.twinbank.simulator.explore.Explorer;
import io.twinbank.simulator.explore.Limits;
import io.twinbank.simulator.explore.Setting;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScenariosTest {
    static List<Scenario> all() {
        return Scenarios.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void sweep_idealBoard_isGood(Scenario scenario) {
        Setting setting = new Setting(IdealChip.losing(), BootLoaders.named("ideal"), scenario, new Ages());

        Exploration found = new Explorer(setting, Limits.single()).explore();

        assertEquals(List.of(), found.failures());
        assertTrue(found.isGood());
        assertEquals(scenario.expected().version(), found.quiet().permanent());
    }

    @Test
    void named_each_isItself() {
        for (Scenario scenario : Scenarios.all()) {
            assertEquals(scenario.about(), Scenarios.named(scenario.name()).about());
        }
    }

    @Test
    void named_unknown_saysWhichThereAre() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Scenarios.named("upgrade"));

        assertTrue(refused.getMessage().startsWith("no scenario 'upgrade': there are update, slow-start,"));
    }
}

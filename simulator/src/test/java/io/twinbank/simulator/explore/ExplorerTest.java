// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.scenario.Scenario;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExplorerTest {
    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"WORKS", "FAILS_SELF_TEST", "NEVER_STARTS"})
    void pairs_idealBoard_areGood(Behaviour behaviour) {
        Exploration found = new Explorer(setting(behaviour), Limits.depth(2)).explore();

        assertEquals(List.of(), found.failures());
        assertTrue(found.isGood());
        assertTrue(found.cuts() > 500, found.cuts() + " cuts");
        assertTrue(
                found.reached().rows().containsAll(List.of("22", "23c")),
                found.reached().rows()::toString);
    }

    @Test
    void explore_withAndWithoutMemory_findsTheSame() {
        Setting setting = setting(Behaviour.FAILS_SELF_TEST);

        Exploration remembering = new Explorer(setting, Limits.single()).explore();
        Exploration forgetting = new Explorer(setting, Limits.single().forgetting()).explore();

        assertEquals(verdicts(forgetting), verdicts(remembering));
        assertTrue(forgetting.lives() > 2 * remembering.lives(), forgetting.lives() + " and " + remembering.lives());
    }

    private static List<String> verdicts(Exploration exploration) {
        return exploration.cells().stream()
                .map(cell -> cell.operation() + " " + cell.variant() + " " + cell.verdict())
                .sorted()
                .toList();
    }

    private static Setting setting(Behaviour behaviour) {
        Scenario scenario = Scenario.named("update").offer("2.0", behaviour).build();
        return Setting.of(IdealChip.losing(), BootLoaders.named("ideal"), scenario);
    }
}

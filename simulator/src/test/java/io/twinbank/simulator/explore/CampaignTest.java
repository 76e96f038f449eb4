// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.scenario.Scenarios;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CampaignTest {
    private final List<Long> cuts = new ArrayList<>();
    private final List<Double> shares = new ArrayList<>();
    private final List<Exploration> ended = new ArrayList<>();

    @Test
    void run_oneLongSweep_tellsHowFarItIsWhileItRuns() {
        Setting setting = Setting.of(IdealChip.losing(), BootLoaders.named("ideal"), Scenarios.named("update"));
        Sweep pairs = new Sweep(setting, Mode.PAIRS, Limits.depth(2).withoutCells(), 0);

        List<Long> found = new Campaign<>(List.of(pairs), Exploration::cuts, Duration.ofMillis(1))
                .run(Optional.empty(), new Notes());

        assertEquals(List.of(ended.get(0).cuts()), found);
        assertEquals(cuts.stream().sorted().toList(), cuts);
        assertEquals(shares.stream().sorted().toList(), shares);
        assertTrue(cuts.stream().anyMatch(count -> count > 0 && count < found.get(0)), cuts::toString);
        assertTrue(shares.stream().anyMatch(share -> share > 0 && share < 1), shares::toString);
        assertFalse(cuts.get(cuts.size() - 1) > found.get(0), cuts::toString);
    }

    private final class Notes implements Campaign.Listener {
        @Override
        public void running(long count, double share) {
            cuts.add(count);
            shares.add(share);
        }

        @Override
        public void ended(Exploration exploration, int done, int all) {
            ended.add(exploration);
        }
    }
}

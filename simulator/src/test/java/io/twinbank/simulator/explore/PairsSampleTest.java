// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.Profile;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.report.Coverage;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every pair of cuts on a part of the matrix of docs/simulator.md: each profile twice, each time with another boot loader and
 * another scenario, all of which are among them. Nothing is left out of a run, but the images are of 4 KiB.
 */
class PairsSampleTest {
    private static final int OF_EACH_PROFILE = 2;

    private final List<Setting> sample = sample();

    private static List<Setting> sample() {
        List<Profile> profiles = Profiles.all();
        List<BootLoaders.Named> loaders = BootLoaders.all();
        List<Scenario> scenarios = Scenarios.all();
        List<Setting> sample = new ArrayList<>();
        for (int round = 0; round < OF_EACH_PROFILE; round++) {
            for (int i = 0; i < profiles.size(); i++) {
                Scenario scenario = scenarios.get((round * profiles.size() + i) % scenarios.size());
                BootLoaders.Named loader = loaders.get((i + 3 * round) % loaders.size());
                sample.add(Setting.of(profiles.get(i), loader, scenario.withImageBytes(4096)));
            }
        }
        return sample;
    }

    private <T> Set<T> each(Function<Setting, T> part) {
        return sample.stream().map(part).collect(Collectors.toSet());
    }

    @Test
    void sample_allOfIt_hasEachProfileLoaderAndScenario() {
        assertEquals(
                Profiles.all().size(), each(setting -> setting.profile().name()).size());
        assertEquals(
                BootLoaders.all().size(),
                each(setting -> setting.loader().name()).size());
        assertEquals(
                Scenarios.all().size(),
                each(setting -> setting.scenario().name()).size());
        assertEquals(
                OF_EACH_PROFILE * Profiles.all().size(), each(Setting::toString).size());
    }

    @Tag("slow")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @Test
    void explore_everyPairOfTheSample_isGood() {
        List<Sweep> sweeps = sample.stream()
                .map(setting -> new Sweep(setting, Mode.PAIRS, Limits.depth(2).withoutCells(), 0))
                .toList();

        List<Exploration> found = SignatureMemory.during(
                () -> new Campaign<>(sweeps, Function.<Exploration>identity()).run(Optional.empty(), SILENT));

        assertEquals(sweeps.size(), found.size());
        for (Exploration run : found) {
            assertEquals(List.of(), run.failures(), run.setting()::toString);
            assertEquals(List.of(), run.uncovered(), run.setting()::toString);
            assertTrue(run.closed(), run.setting()::toString);
        }
        Coverage coverage = Demand.of(Mode.PAIRS, sample())
                .compare(found.stream().map(Exploration::reached).toList());
        assertTrue(coverage.isEnough(), coverage::toString);
    }

    private static final Campaign.Listener SILENT = new Campaign.Listener() {
        @Override
        public void running(long cuts, double share) {}

        @Override
        public void ended(Exploration exploration, int done, int all) {}
    };
}

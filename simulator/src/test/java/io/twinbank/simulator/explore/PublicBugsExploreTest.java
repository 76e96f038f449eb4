// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.bugs.PublicBug;
import io.twinbank.simulator.boot.bugs.PublicBugs;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The explorer finds what others found in the field, by the oracle that is named, and nothing in the mended loader. */
class PublicBugsExploreTest {
    static Stream<String> bugs() {
        return PublicBugs.all().stream().map(PublicBug::id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mcuboot-2109", "mcuboot-2199", "uboot-env-sf"})
    void explore_quickOnes_areFound(String id) {
        findIn(id);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("bugs")
    void explore_everyPublicBug_isFound(String id) {
        findIn(id);
    }

    private static void findIn(String id) {
        PublicBug bug = PublicBugs.all().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();

        assertEquals(List.of(), explore(bug, bug.mended()).failures());
        Set<String> oracles = explore(bug, bug.buggy()).failures().stream()
                .flatMap(failure -> failure.violations().stream())
                .map(Violation::oracle)
                .collect(Collectors.toSet());
        assertTrue(oracles.contains(bug.oracle()), oracles::toString);
    }

    private static Exploration explore(PublicBug bug, BootLoader.Factory loader) {
        Setting setting = Setting.of(
                        Profiles.named(bug.profile()), BootLoaders.named("ideal"), Scenarios.named(bug.scenario()))
                .with(bug.id(), loader);
        int depth = Math.max(1, bug.depth());
        Limits limits = Limits.depth(depth).withoutCells();
        return new Explorer(setting, depth == 1 ? limits : limits.withoutTears()).explore();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.bugs.PublicBugs;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What isn't run a second time would have ended as it did the first time: the same is found with memory and without. */
class MemoryTest {
    @Test
    void single_withAndWithoutMemory_eachCutEndsTheSame() {
        eachCutEndsTheSame("mcu-stm32l4", "slots", "update@4096");
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"nor-w25q128jv, uboot, rollback@4096", "emmc-klm8g1getf-4k, grub, newer-agent@4096"})
    void singleElsewhere_withAndWithoutMemory_eachCutEndsTheSame(String profile, String boot, String scenario) {
        eachCutEndsTheSame(profile, boot, scenario);
    }

    private static void eachCutEndsTheSame(String profile, String boot, String scenario) {
        Setting setting = setting(profile, boot, scenario);

        Exploration remembering = explore(setting, Limits.single());
        Exploration forgetting = explore(setting, Limits.single().forgetting());

        assertEquals(cells(forgetting), cells(remembering));
        assertTrue(2 * remembering.lives() < forgetting.lives(), remembering.lives() + " lives");
    }

    @Tag("slow")
    @Test
    void single_brokenLoader_sameViolations() {
        Setting setting = PublicBugs.all().stream()
                .filter(bug -> bug.id().equals("uboot-env-sf"))
                .map(bug -> setting("nor-w25q128jv", "uboot", "update@4096").with("uboot", bug.buggy()))
                .findFirst()
                .orElseThrow();

        Exploration remembering = explore(setting, Limits.single());
        Exploration forgetting = explore(setting, Limits.single().forgetting());

        assertEquals(cells(forgetting), cells(remembering));
        assertTrue(remembering.failureCount() > 0);
    }

    @Test
    void pairs_withMemory_knowsTheEndOfAsManyAsRunWithout() {
        knowsTheEndOfAsManyAsRunWithout(setting("ideal", "ideal", "downgrade@4096"));
    }

    @Tag("slow")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @Test
    void pairsOnFlash_withMemory_knowsTheEndOfAsManyAsRunWithout() {
        knowsTheEndOfAsManyAsRunWithout(setting("nor-w25q128jv", "uboot", "update@4096"));
    }

    private static void knowsTheEndOfAsManyAsRunWithout(Setting setting) {
        Limits pairs = Limits.depth(2).withoutTears();

        Exploration remembering = explore(setting, pairs);
        Exploration forgetting = explore(setting, pairs.forgetting());

        assertEquals(forgetting.cuts(), remembering.schedules());
        assertEquals(forgetting.cuts(), forgetting.schedules());
        assertTrue(remembering.cuts() < forgetting.cuts(), remembering.cuts() + " cuts");
    }

    @Tag("slow")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @ParameterizedTest
    @CsvSource({"mcu-stm32u5, rauc, rollback@4096", "file-ext4, grub, update@4096"})
    void pairs_withAndWithoutMemory_findTheSame(String profile, String boot, String scenario) {
        Setting setting = setting(profile, boot, scenario);

        Exploration remembering = explore(setting, Limits.depth(2));
        Exploration forgetting = explore(setting, Limits.depth(2).forgetting().atMost(5_000));

        TreeMap<String, String> some = cells(forgetting);
        TreeMap<String, String> all = cells(remembering);
        all.keySet().retainAll(some.keySet());
        assertEquals(some, all);
        assertEquals(0, remembering.failureCount());
        assertEquals(0, forgetting.failureCount());
    }

    private static Exploration explore(Setting setting, Limits limits) {
        return SignatureMemory.during(() -> new Explorer(setting, limits).explore());
    }

    private static Setting setting(String profile, String boot, String scenario) {
        return Setting.of(Profiles.named(profile), BootLoaders.named(boot), Scenarios.named(scenario));
    }

    private static TreeMap<String, String> cells(Exploration exploration) {
        return exploration.cells().stream()
                .collect(Collectors.toMap(
                        cell -> cell.schedule().toString(),
                        cell -> cell.verdict() + " " + cell.violations(),
                        (one, other) -> one,
                        TreeMap::new));
    }
}

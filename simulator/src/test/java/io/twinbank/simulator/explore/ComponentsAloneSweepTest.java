// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Components alone, on the shipped file parts, whose reads and writes are many. What they found: a report that couldn't be marked as
 * delivered was sent ever more often, and an offer that was due again took the place of a newer one that waited.
 */
class ComponentsAloneSweepTest {
    @Tag("slow")
    @Timeout(120)
    @ParameterizedTest
    @CsvSource({
        "components-alone, IO_ERRORS, 1.4",
        "components-alone, LOST, 1.4",
        "components-alone, EVENTS, 1.4",
        "components-alone-rollback, IO_ERRORS, 2.0",
        "components-alone-rollback, LOST, 2.0",
        "components-alone-rollback, EVENTS, 2.0"
    })
    void explore_faults_isGood(String scenario, Mode mode, String permanent) {
        Setting setting = Setting.of(
                Profiles.named("file-ext4"), BootLoaders.named("ideal"), Scenarios.named(scenario + "@4096"));

        Exploration found = new Sweep(setting, mode, Limits.single(), 0).explore();

        assertEquals(List.of(), found.failures());
        assertTrue(found.isGood());
        assertEquals(permanent, found.quiet().permanent());
    }
}

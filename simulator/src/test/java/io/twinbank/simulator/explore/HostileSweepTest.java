// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.ScenarioBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every power cut while somebody offers what mustn't be installed; no boot loader helps the agent. */
class HostileSweepTest {
    private static void assertRestsOn(String version, ScenarioBuilder builder) {
        Scenario scenario = builder.build();
        Setting setting = Setting.of(IdealChip.losing(), BootLoaders.named("uboot-unverified"), scenario);

        Exploration found = new Explorer(setting, Limits.single()).explore();

        assertEquals(List.of(), found.failures());
        assertTrue(found.isGood());
        assertEquals(version, found.quiet().permanent());
        assertEquals(version, scenario.expected().version());
    }

    @Test
    void explore_aForgeryBeforeAGoodOffer_isRefused() {
        assertRestsOn("2.0", Scenario.named("forgery").forge("6.6").offer("2.0", Behaviour.WORKS));
    }

    @Test
    void explore_aForgeryAfterAGoodOffer_isRefused() {
        assertRestsOn(
                "2.0", Scenario.named("forgery").offer("2.0", Behaviour.WORKS).forge("6.6"));
    }

    @Test
    void explore_aSealedChunkWithAFlippedBit_isRefused() {
        assertRestsOn(
                "1.4",
                Scenario.named("tampered")
                        .offer("2.0", Behaviour.WORKS)
                        .encrypted()
                        .tamper());
    }

    @Test
    void explore_aPayloadWithAFlippedBit_isRefused() {
        assertRestsOn(
                "1.4", Scenario.named("tampered").offer("2.0", Behaviour.WORKS).tamper());
    }

    @Test
    void explore_aRevokedManifest_isRefused() {
        assertRestsOn(
                "2.0",
                Scenario.named("revoked-manifest")
                        .rotateKeys()
                        .offer("2.0", Behaviour.WORKS)
                        .offerRevoked("2.1"));
    }

    @Test
    void explore_aRevokedKey_isRefused() {
        assertRestsOn(
                "2.0",
                Scenario.named("stolen-key")
                        .rotateKeys()
                        .offer("2.0", Behaviour.WORKS)
                        .offerByRevokedKey("2.1"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.policy.Phase;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.ForwardingRecords;
import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.explore.Exploration;
import io.twinbank.simulator.explore.Exploration.Failure;
import io.twinbank.simulator.explore.Explorer;
import io.twinbank.simulator.explore.Limits;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** S23, clause by clause: an agent that breaks one is told of, with the figures. */
class SiteWatchTest {
    private static final int IMAGE_BYTES = 4096;
    private static final long MONTH_BYTES = 1 << 20;
    private static final Site SITE = new Site(
            MONTH_BYTES,
            Map.of(
                    Phase.DOWNLOAD, new Site.Window(1, 4),
                    Phase.INSTALL, new Site.Window(2, 9),
                    Phase.RESET, new Site.Window(6, 8)));

    @Test
    void quiet_shippedAgent_keepsToIt() {
        assertEquals(List.of(), violations(AgentVariant.SHIPPED));
    }

    @Test
    void served_recordNeverStored_tellsHowManyBytesAreNotCounted() {
        List<Violation> found = violations(records(store -> new ForwardingRecords(store) {
            @Override
            public void store(StateKey key, byte[] record) throws HalException {
                if (key != StateKey.POLICY) {
                    super.store(key, record);
                }
            }
        }));

        assertTold(
                "1400 bytes were served, and the record of the site's policy has counted 0", Strictness.EXACT, found);
    }

    @Test
    void stores_recordForgottenAtAStart_tellsWhatItHadCounted() {
        List<Violation> found = violations(records(store -> new ForwardingRecords(store) {
            @Override
            public Loaded load(StateKey key) throws HalException {
                return key == StateKey.POLICY ? new Absent() : super.load(key);
            }
        }));

        assertTold(
                "the record of the site's policy had counted Counted[used=4096, reserved=0], and"
                        + " Counted[used=0, reserved=0] takes its place",
                Strictness.NO_LIE,
                found);
    }

    @Test
    void served_noWindowForDownloads_tellsWhenItIsFetched() {
        assertTold(
                "bytes are fetched 0 s after boot, while the window of DOWNLOAD is shut",
                Strictness.FAIL_CLOSED,
                without(Phase.DOWNLOAD));
    }

    @Test
    void operation_noWindowToInstall_tellsWhenItIsArmed() {
        Site early = new Site(MONTH_BYTES, Map.of(Phase.INSTALL, new Site.Window(2, 9)));

        assertTold(
                "an image is armed 0 s after boot, while the window of INSTALL is shut",
                Strictness.FAIL_CLOSED,
                violations(early, without(early, Phase.INSTALL)));
    }

    @Test
    void operation_noWindowToRestart_tellsWhenItIsArmedAndReset() {
        List<Violation> found = without(Phase.RESET);

        assertTold(
                "an image is armed 120 s after boot, while the window of RESET is shut", Strictness.FAIL_CLOSED, found);
        assertTold(
                "the board is reset into an armed image 120 s after boot, while the window of RESET is shut",
                Strictness.FAIL_CLOSED,
                found);
    }

    @Test
    void allows_clockFromBeforeTheAgent_countsByUptime() {
        Optional<Instant> before = Optional.of(Site.BUILT.minusSeconds(1));

        assertFalse(SITE.allows(Phase.DOWNLOAD, before, Duration.ofSeconds(59)));
        assertTrue(SITE.allows(Phase.DOWNLOAD, before, Duration.ofSeconds(60)));
        assertTrue(SITE.allows(Phase.DOWNLOAD, before, Duration.ofSeconds(839)));
        assertFalse(SITE.allows(Phase.DOWNLOAD, before, Duration.ofSeconds(840)));
        assertTrue(SITE.allows(Phase.DOWNLOAD, Optional.of(Site.BUILT), Duration.ZERO));
    }

    private static List<Violation> without(Phase phase) {
        return violations(SITE, without(SITE, phase));
    }

    private static AgentVariant without(Site site, Phase phase) {
        Map<Phase, Site.Window> windows = new EnumMap<>(Phase.class);
        windows.putAll(site.windows());
        windows.remove(phase);
        return new AgentVariant() {
            @Override
            public SitePolicy policy(SimulatedBoard board, SitePolicy policy) {
                return new Site(site.bytesPerMonth(), windows).policy();
            }
        };
    }

    private interface Bug {
        StateStore before(StateStore store);
    }

    private static AgentVariant records(Bug bug) {
        return new AgentVariant() {
            @Override
            public Platform platform(SimulatedBoard board, SimImage.Spec running) {
                StateStore records = bug.before(board.stateStore());
                return new ForwardingPlatform(board) {
                    @Override
                    public StateStore stateStore() {
                        return records;
                    }
                };
            }
        };
    }

    private static List<Violation> violations(AgentVariant agent) {
        return violations(SITE, agent);
    }

    private static List<Violation> violations(Site site, AgentVariant agent) {
        Scenario scenario = Scenario.named("site-watch")
                .imageBytes(IMAGE_BYTES)
                .site(site.bytesPerMonth(), site.windows())
                .offer("2.0", Behaviour.WORKS)
                .offer("3.0", Behaviour.WORKS)
                .build();
        Setting setting = Setting.of(IdealChip.losing(), BootLoaders.named("ideal"), scenario)
                .with(agent);
        Exploration found = new Explorer(setting, Limits.depth(0)).explore();
        assertEquals("AT_REST", found.quiet().ending().name());
        return found.failures().stream()
                .map(Failure::violations)
                .flatMap(List::stream)
                .toList();
    }

    private static void assertTold(String what, Strictness countsUpTo, List<Violation> found) {
        assertTrue(
                found.stream()
                        .anyMatch(violation -> violation.oracle().equals("S23")
                                && violation.message().equals(what)
                                && violation.countsUpTo() == countsUpTo),
                found::toString);
    }
}

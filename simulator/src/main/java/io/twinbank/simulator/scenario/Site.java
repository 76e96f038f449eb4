// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.core.policy.Phase;
import io.twinbank.core.policy.PhaseRule;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.policy.UptimeWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a site allows. Its windows are counted by uptime, for the board's clock is wrong or none most of the time; what a trusted
 * clock says here is always on the day of the week on which everything is allowed.
 *
 * @param bytesPerMonth how much may be fetched; no story lasts longer than a month
 * @param windows when phases are allowed while the clock isn't trusted; those without one always are
 */
public record Site(long bytesPerMonth, Map<Phase, Window> windows) {
    /** When the agent was built: a clock that says less isn't trusted. */
    public static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    private static final Duration ROUND = Duration.ofMinutes(10);

    /** The day of the week of the only time that a trusted clock says: the last second of 2099. */
    private static final String OPEN_DAY = "Thu 00:00-24:00";

    /**
     * When a phase is allowed.
     *
     * @param from in minutes since boot, and again every 10 minutes
     * @param to when it ends, in minutes: at most 10
     */
    public record Window(int from, int to) {
        private UptimeWindow policy() {
            return new UptimeWindow(ROUND, Duration.ofMinutes(from), Duration.ofMinutes(to - from));
        }

        /** It is a policy's grain that counts, whole seconds. */
        private boolean isOpen(Duration sinceBoot) {
            long at = sinceBoot.toSeconds() % ROUND.toSeconds();
            return at >= from * 60L && at < to * 60L;
        }
    }

    public Site {
        Map<Phase, Window> sorted = new EnumMap<>(Phase.class);
        sorted.putAll(windows);
        windows = Collections.unmodifiableMap(sorted);
    }

    /**
     * Tells whether a phase is allowed, by arithmetic of its own and not the policy's.
     *
     * @param phase which
     * @param clock what the board's clock says, trusted or not
     * @param sinceBoot how long ago the board booted
     * @return whether so
     */
    public boolean allows(Phase phase, Optional<Instant> clock, Duration sinceBoot) {
        Window window = windows.get(phase);
        boolean trusted = clock.isPresent() && !clock.get().isBefore(BUILT);
        return window == null || trusted || window.isOpen(sinceBoot);
    }

    /**
     * Returns the policy that says so.
     *
     * @return in the words of the agent
     */
    public SitePolicy policy() {
        SitePolicy.Builder policy = SitePolicy.builder().budget(bytesPerMonth);
        windows.forEach((phase, window) ->
                policy.rule(phase, PhaseRule.open().in(OPEN_DAY).orByUptime(window.policy())));
        return policy.build();
    }
}

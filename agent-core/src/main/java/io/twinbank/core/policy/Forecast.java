// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When an update would happen if nothing changes but the time.
 *
 * @param steps one for each phase, in their order
 * @param assumes what it takes for granted, a sentence each: that power, link and gate stay as they are, how fast the link is,
 *     that nobody answers
 */
public record Forecast(List<Step> steps, List<String> assumes) {
    /** Copies the lists. */
    public Forecast {
        steps = List.copyOf(steps);
        assumes = List.copyOf(assumes);
    }

    /**
     * When a phase would happen. A download does when it ends, the others when they begin.
     *
     * @param phase which
     * @param after in how much uptime; empty if it doesn't happen within the time that was asked for
     * @param at when by the clock; empty if the clock isn't trusted as well
     * @param waits what it would wait for on the way, one after the other; the last is what holds it if it doesn't happen
     */
    public record Step(Phase phase, Optional<Duration> after, Optional<Instant> at, List<Decision.Wait> waits) {
        /** Copies the list. */
        public Step {
            waits = List.copyOf(waits);
        }
    }
}

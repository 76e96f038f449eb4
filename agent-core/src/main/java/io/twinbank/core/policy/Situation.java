// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What is so now, to the second.
 *
 * @param wallClock date and time; empty while the clock isn't trusted. What is before 1970 or after 9999 isn't trusted either
 * @param sinceBoot how long ago the board booted
 * @param power what it runs on
 * @param link what it is connected by
 * @param shutGate the name of a gate of the embedder that is shut, if one is
 */
public record Situation(
        Optional<Instant> wallClock, Duration sinceBoot, Power power, Link link, Optional<String> shutGate) {
    private static final Instant LATEST = Instant.ofEpochSecond(Counted.MAX_TIME);

    /** Drops times that no clock shows, and what is below a second. */
    public Situation {
        if (sinceBoot.isNegative()) {
            throw new IllegalArgumentException("sinceBoot: " + sinceBoot + ", not at least 0");
        }
        wallClock = wallClock
                .filter(now -> !now.isBefore(Instant.EPOCH) && !now.isAfter(LATEST))
                .map(now -> now.truncatedTo(ChronoUnit.SECONDS));
        sinceBoot = sinceBoot.truncatedTo(ChronoUnit.SECONDS);
    }

    /** The same later, if nothing changes but the time. */
    Situation after(long seconds) {
        return new Situation(
                wallClock.map(now -> now.plusSeconds(seconds)), sinceBoot.plusSeconds(seconds), power, link, shutGate);
    }
}

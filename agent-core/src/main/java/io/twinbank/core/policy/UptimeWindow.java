// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.Duration;

/**
 * When a phase is allowed while the clock isn't trusted, counted from the boot: such as in the hour from 3 hours on, every 24
 * hours.
 *
 * @param every how often, at least a minute
 * @param from when in each round it opens, from 0 on
 * @param length how long it is open, at least a second; the round is over by its end
 */
public record UptimeWindow(Duration every, Duration from, Duration length) {
    public UptimeWindow {
        if (every.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("every: " + every + ", not at least a minute");
        }
        if (from.isNegative()) {
            throw new IllegalArgumentException("from: " + from + ", not at least 0");
        }
        if (length.toSeconds() < 1 || from.plus(length).compareTo(every) > 0) {
            throw new IllegalArgumentException("length: " + length + " from " + from
                    + " on; it takes at least a second, and it has to be over within " + every);
        }
    }

    /** How many seconds until it is open; 0 if it is. */
    long secondsUntilOpen(Duration sinceBoot) {
        long at = sinceBoot.toSeconds() % every.toSeconds();
        long begin = from.toSeconds();
        if (at < begin) {
            return begin - at;
        }
        return at < begin + length.toSeconds() ? 0 : every.toSeconds() - at + begin;
    }
}

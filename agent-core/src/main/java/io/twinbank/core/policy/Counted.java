// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.util.Optional;

/**
 * Time that only goes on: that which the device ran, and of each time that it was off what a trusted clock tells of it, up to a
 * day. A clock that jumps while the device runs changes nothing, and one that jumps while it is off at most a day.
 *
 * @param seconds counted so far
 * @param sinceBoot how long the device had been up then, in seconds
 * @param rebooted whether it booted again since the anchor
 * @param anchor when the clock was trusted last
 */
record Counted(long seconds, long sinceBoot, boolean rebooted, Optional<Anchor> anchor) {
    /** The last second of the year 9999. */
    static final long MAX_TIME = 253_402_300_799L;

    static final long MAX_SECONDS = 1L << 50;
    static final Counted NOTHING = new Counted(0, 0, false, Optional.empty());

    private static final long MOST_FOR_TIME_OFF = 86_400;

    /**
     * What the clock showed when so much was counted.
     *
     * @param wall in seconds since 1970
     * @param seconds counted then
     */
    record Anchor(long wall, long seconds) {}

    Counted {
        if (anchor.isPresent() && anchor.get().seconds > seconds) {
            throw new IllegalArgumentException(
                    "anchor at " + anchor.get().seconds + " s, of " + seconds + " s that were counted");
        }
    }

    Counted at(Situation now) {
        long up = up(now);
        boolean again = rebooted || up < sinceBoot;
        long counted = ran(now);
        if (now.wallClock().isEmpty()) {
            return new Counted(counted, up, again, anchor);
        }
        counted = Math.min(counted + timeOff(now), MAX_SECONDS);
        Anchor next = new Anchor(now.wallClock().get().getEpochSecond(), counted);
        return new Counted(counted, up, false, Optional.of(next));
    }

    /** What is counted by now but for the time that it was off. */
    private long ran(Situation now) {
        long up = up(now);
        return Math.min(seconds + (up < sinceBoot ? up : up - sinceBoot), MAX_SECONDS);
    }

    /** What is counted of the time that it was off, as soon as the clock is trusted again. */
    long timeOff(Situation now) {
        boolean again = rebooted || up(now) < sinceBoot;
        if (!again || anchor.isEmpty() || now.wallClock().isEmpty()) {
            return 0;
        }
        long passed = now.wallClock().get().getEpochSecond() - anchor.get().wall;
        long off = passed - (ran(now) - anchor.get().seconds);
        return Math.max(0, Math.min(off, MOST_FOR_TIME_OFF));
    }

    /** What was counted when the clock was trusted last. What began since then may have begun after the time that it was off. */
    long lastTrusted() {
        return anchor.map(Anchor::seconds).orElse(0L);
    }

    private static long up(Situation now) {
        return Math.min(now.sinceBoot().toSeconds(), MAX_SECONDS);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.hal.DeviceClock;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether something is still valid, on a device whose clock may not know, or may be wrong: it is never earlier than the time
 * floor, which only those who vouch for the trust set raise. A clock that says so is no clock.
 */
enum Validity {
    VALID,
    CANT_TELL,
    EXPIRED;

    /**
     * Judges a date.
     *
     * @param until when it expires, in seconds since 1970
     * @param clock the device's
     * @param timeFloor no time before this is believed, in seconds since 1970
     */
    static Validity of(long until, DeviceClock clock, long timeFloor) {
        Optional<Instant> believed = believed(clock, timeFloor);
        if (until <= believed.map(Instant::getEpochSecond).orElse(timeFloor)) {
            return EXPIRED;
        }
        return believed.isPresent() ? VALID : CANT_TELL;
    }

    /** Returns the latest time that it is known to be: the clock's, or else the floor. */
    static Instant latest(DeviceClock clock, long timeFloor) {
        return believed(clock, timeFloor).orElse(Instant.ofEpochSecond(timeFloor));
    }

    private static Optional<Instant> believed(DeviceClock clock, long timeFloor) {
        return clock.wallClock().filter(now -> now.getEpochSecond() >= timeFloor);
    }
}

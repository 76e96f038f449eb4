// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The board's time. No safety decision depends on the wall clock alone. */
public interface DeviceClock {
    /**
     * Returns a time that never goes back while the board runs.
     *
     * @return nanoseconds from an arbitrary origin
     */
    long monotonicNanos();

    /**
     * Returns how long ago the board booted.
     *
     * @return the time since boot
     */
    Duration sinceBoot();

    /**
     * Returns the date and time.
     *
     * @return empty until it was synchronised
     */
    Optional<Instant> wallClock();
}

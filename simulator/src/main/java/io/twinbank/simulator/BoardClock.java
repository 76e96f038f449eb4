// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A clock whose monotonic time begins at each boot. */
record BoardClock(LongSupplier nanosSinceBoot, Supplier<Optional<Instant>> wall) implements DeviceClock {
    @Override
    public long monotonicNanos() {
        return nanosSinceBoot.getAsLong();
    }

    @Override
    public Duration sinceBoot() {
        return Duration.ofNanos(nanosSinceBoot.getAsLong());
    }

    @Override
    public Optional<Instant> wallClock() {
        return wall.get();
    }
}

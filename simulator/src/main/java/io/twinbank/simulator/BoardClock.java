// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A clock whose monotonic time begins at each boot. */
record BoardClock(LongSupplier nanosSinceBoot, Supplier<Optional<Instant>> wall, Knowledge knowledge)
        implements DeviceClock {
    @Override
    public long monotonicNanos() {
        long nanos = nanosSinceBoot.getAsLong();
        knowledge.learn(nanos);
        return nanos;
    }

    @Override
    public Duration sinceBoot() {
        return Duration.ofNanos(monotonicNanos());
    }

    @Override
    public Optional<Instant> wallClock() {
        Optional<Instant> now = wall.get();
        knowledge.learn(now.toString());
        return now;
    }
}

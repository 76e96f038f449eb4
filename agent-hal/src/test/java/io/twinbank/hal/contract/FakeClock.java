// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import io.twinbank.hal.DeviceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A clock that a test moves. Booted ten seconds ago, wall clock not synchronised. */
public final class FakeClock implements DeviceClock {
    private Duration monotonic = Duration.ofHours(1);
    private Duration bootedAt = monotonic.minusSeconds(10);
    private Optional<Instant> wall = Optional.empty();

    @Override
    public synchronized long monotonicNanos() {
        return monotonic.toNanos();
    }

    @Override
    public synchronized Duration sinceBoot() {
        return monotonic.minus(bootedAt);
    }

    @Override
    public synchronized Optional<Instant> wallClock() {
        return wall;
    }

    /**
     * Lets time pass.
     *
     * @param time how much
     */
    public synchronized void advance(Duration time) {
        monotonic = monotonic.plus(time);
        wall = wall.map(then -> then.plus(time));
    }

    /**
     * Synchronises the wall clock.
     *
     * @param now the date and time
     */
    public synchronized void synchronise(Instant now) {
        wall = Optional.of(now);
    }

    /** Starts {@link #sinceBoot()} anew and loses the wall clock. */
    public synchronized void boot() {
        bootedAt = monotonic;
        wall = Optional.empty();
    }
}

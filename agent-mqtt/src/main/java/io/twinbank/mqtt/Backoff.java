// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Full-jitter exponential back-off: a random part of base, 2 base, 4 base and so on up to the cap, so that a fleet that lost
 * its broker doesn't come back all at once. Confined to one thread.
 */
final class Backoff {
    private final Duration base;
    private final Duration cap;
    private final DoubleSupplier random;
    private Duration ceiling;

    Backoff(Duration base, Duration cap, DoubleSupplier random) {
        this.base = base;
        this.cap = cap;
        this.random = random;
        this.ceiling = base;
    }

    Duration next() {
        Duration delay = Duration.ofNanos((long) (random.getAsDouble() * ceiling.toNanos()));
        Duration doubled = ceiling.multipliedBy(2);
        ceiling = doubled.compareTo(cap) < 0 ? doubled : cap;
        return delay;
    }

    void reset() {
        ceiling = base;
    }
}

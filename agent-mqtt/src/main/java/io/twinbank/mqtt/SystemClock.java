// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.time.Instant;
import java.util.Optional;

/** The clocks of this machine. By the wall clock, right or not, TLS goes as well; nothing is decided by it but what is said. */
final class SystemClock {
    private SystemClock() {}

    /** Returns a monotonic time in nanoseconds, as good as its differences. */
    static long nanos() {
        return System.nanoTime();
    }

    static Optional<Instant> now() {
        return Optional.of(Instant.now());
    }
}

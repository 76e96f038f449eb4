// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import java.time.Duration;
import java.util.SplittableRandom;

/** Exponential back-off with full jitter, so that a fleet that lost its server doesn't come back as one. */
final class Backoff {
    private static final long BASE_MILLIS = 1000;
    private static final long CAP_MILLIS = 300_000;

    private final SplittableRandom jitter;
    private long ceilingMillis = BASE_MILLIS;

    Backoff(SplittableRandom jitter) {
        this.jitter = jitter;
    }

    Duration next() {
        long millis = jitter.nextLong(ceilingMillis + 1);
        ceilingMillis = Math.min(CAP_MILLIS, 2 * ceilingMillis);
        return Duration.ofMillis(millis);
    }

    void progress() {
        ceilingMillis = BASE_MILLIS;
    }
}

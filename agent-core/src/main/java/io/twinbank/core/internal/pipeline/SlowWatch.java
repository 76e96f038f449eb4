// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import java.time.Duration;
import java.util.Optional;

/**
 * Tells whether the bytes of a fetch come too slowly. Only the time counts in which bytes are waited for: a slow flash, a limit and
 * an allowance are nothing of the server's.
 */
final class SlowWatch {
    private final Rates rates;
    private boolean waiting;
    private long sinceNanos;
    private long waitedNanos;
    private long receivedBefore;

    SlowWatch(Rates rates) {
        this.rates = rates;
    }

    /** Hears whether bytes are waited for from now on. */
    void waiting(boolean now, long nowNanos) {
        if (waiting) {
            waitedNanos += nowNanos - sinceNanos;
        }
        waiting = now;
        sinceNanos = nowNanos;
    }

    /** How much of the window is left if bytes are waited for all the time. */
    Duration left(long nowNanos) {
        waiting(waiting, nowNanos);
        return rates.window().minusNanos(waitedNanos);
    }

    /**
     * Ends a window.
     *
     * @param received how many bytes came so far
     * @return what is wrong; empty if enough came
     */
    Optional<String> end(long received) {
        long came = received - receivedBefore;
        receivedBefore = received;
        waitedNanos = 0;
        return came >= rates.leastBytes()
                ? Optional.empty()
                : Optional.of("too slow: " + came + " bytes in "
                        + rates.window().toMillis() + " ms, expected at least " + rates.leastBytes());
    }
}

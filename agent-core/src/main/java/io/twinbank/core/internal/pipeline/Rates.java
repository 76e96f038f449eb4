// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import java.time.Duration;

/**
 * How fast the bytes of a download must come, and may.
 *
 * @param leastBytes how many must come within a window in which some are waited for; 0 for any
 * @param window how long the window is
 * @param maxBytesPerSecond how many are asked for in a second at most, on average; 0 for any
 */
public record Rates(long leastBytes, Duration window, long maxBytesPerSecond) {
    /** Slower than any modem, so that only a server that means ill, or that is gone, is left. */
    public static final Rates USUAL = new Rates(4096, Duration.ofSeconds(60), 0);

    /** The highest limit that there is; no gateway comes near it. */
    public static final long FASTEST = 1_000_000_000;

    public Rates {
        if (leastBytes < 0 || window.toMillis() < 1 || maxBytesPerSecond < 0 || maxBytesPerSecond > FASTEST) {
            throw new IllegalArgumentException(
                    "rates must not be negative, the window at least a millisecond, and a limit at most " + FASTEST
                            + " bytes per second");
        }
    }

    /**
     * Returns the same with another limit.
     *
     * @param bytesPerSecond 0 for none
     * @return the rates
     */
    public Rates limitedTo(long bytesPerSecond) {
        return new Rates(leastBytes, window, bytesPerSecond);
    }
}

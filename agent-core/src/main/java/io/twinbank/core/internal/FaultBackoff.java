// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import java.time.Duration;

/** How long the engine waits after a device fault before it looks again. */
final class FaultBackoff {
    /** The longest wait. */
    static final Duration LONGEST = Duration.ofMinutes(1);

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final int PERSISTENT = 5;

    private Duration next = FIRST;
    private int count;

    /** Counts a fault; returns how long to wait. */
    Duration next() {
        Duration wait = next;
        Duration longer = next.multipliedBy(2);
        next = longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
        count++;
        return wait;
    }

    /** Tells whether the faults don't pass. */
    boolean persist() {
        return count >= PERSISTENT;
    }

    /** Something worked. */
    void over() {
        next = FIRST;
        count = 0;
    }
}

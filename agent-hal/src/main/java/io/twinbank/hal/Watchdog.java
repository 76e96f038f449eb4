// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.time.Duration;

/**
 * The watchdog of a trial. The boot loader or init arms it before a trial boot, so that a trial whose agent never starts
 * ends as well; the agent moves its deadline and cancels it at the confirm.
 */
public interface Watchdog {
    /**
     * Resets the board at a deadline, unless it is moved or cancelled before.
     *
     * @param sinceBoot counted from boot
     */
    void deadline(Duration sinceBoot);

    /** Cancels the deadline. */
    void cancel();
}

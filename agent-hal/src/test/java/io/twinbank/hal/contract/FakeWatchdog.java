// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import io.twinbank.hal.Watchdog;
import java.time.Duration;
import java.util.Optional;

/** A watchdog that only remembers. */
public final class FakeWatchdog implements Watchdog {
    private Optional<Duration> deadline = Optional.empty();

    @Override
    public synchronized void deadline(Duration sinceBoot) {
        deadline = Optional.of(sinceBoot);
    }

    @Override
    public synchronized void cancel() {
        deadline = Optional.empty();
    }

    /**
     * Returns the deadline.
     *
     * @return counted from boot; empty if none is armed
     */
    public synchronized Optional<Duration> deadline() {
        return deadline;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.Watchdog;
import io.twinbank.simulator.medium.OperationLog;
import java.time.Duration;
import java.util.Optional;

/** A watchdog that remembers its deadline; who lets time pass makes it bite. */
final class SimulatedWatchdog implements Watchdog {
    private final OperationLog log;
    private volatile Optional<Duration> deadline = Optional.empty();

    SimulatedWatchdog(OperationLog log) {
        this.log = log;
    }

    @Override
    public void deadline(Duration sinceBoot) {
        log.checkAlive();
        deadline = Optional.of(sinceBoot);
    }

    @Override
    public void cancel() {
        log.checkAlive();
        deadline = Optional.empty();
    }

    Optional<Duration> deadline() {
        return deadline;
    }
}

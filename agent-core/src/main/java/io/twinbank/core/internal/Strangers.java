// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Rejection;
import io.twinbank.hal.DeviceClock;
import java.time.Duration;
import java.util.function.Consumer;

/** Counts what isn't authentic, and tells of it now and then only: anybody can send much of it. Nothing is stored. */
final class Strangers {
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final DeviceClock clock;
    private final Consumer<AgentEvent> events;
    private long count;
    private long lastToldNanos;

    Strangers(DeviceClock clock, Consumer<AgentEvent> events) {
        this.clock = clock;
        this.events = events;
    }

    /** Returns how many there were since the start. */
    long count() {
        return count;
    }

    void tell(Rejection rejection) {
        count++;
        long now = clock.monotonicNanos();
        if (count == 1 || now - lastToldNanos >= QUIET.toNanos()) {
            lastToldNanos = now;
            events.accept(new AgentEvent.NotAuthentic(rejection, count));
        }
    }
}

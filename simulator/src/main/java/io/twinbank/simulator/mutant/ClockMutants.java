// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.Platform;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.explore.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Bugs in what an agent believes of the time. */
final class ClockMutants {
    private static final Duration LATE = Duration.ofSeconds(100);

    private ClockMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M44",
                        "a trial's deadline is a date, which a clock that is wrong has passed",
                        Set.of("L1"),
                        Mode.EVENTS,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.clock(ByDate::new))),
                new Mutant(
                        "M60",
                        "a trial's deadline is counted from the agent's start, not from boot",
                        Set.of("O-T1"),
                        Mode.QUIET,
                        () -> Stages.ideal("hang").with(new StartsLate(false)),
                        sound -> sound.with(new StartsLate(true))));
    }

    /** A board's time, as a clock that hands every call on. */
    static class ForwardingClock implements DeviceClock {
        final DeviceClock clock;

        ForwardingClock(DeviceClock clock) {
            this.clock = clock;
        }

        @Override
        public long monotonicNanos() {
            return clock.monotonicNanos();
        }

        @Override
        public Duration sinceBoot() {
            return clock.sinceBoot();
        }

        @Override
        public Optional<Instant> wallClock() {
            return clock.wallClock();
        }
    }

    private static final class ByDate extends ForwardingClock {
        private static final Instant RELEASED = Instant.parse("2026-01-01T00:00:00Z");

        ByDate(DeviceClock clock) {
            super(clock);
        }

        @Override
        public Duration sinceBoot() {
            return wallClock().map(now -> Duration.between(RELEASED, now)).orElseGet(super::sinceBoot);
        }
    }

    private record StartsLate(boolean countsFromStart) implements AgentVariant {
        @Override
        public Duration startsAfter(SimImage.Spec running) {
            return LATE;
        }

        @Override
        public Platform platform(SimulatedBoard board, SimImage.Spec running) {
            DeviceClock clock = new ForwardingClock(board.clock()) {
                @Override
                public Duration sinceBoot() {
                    return super.sinceBoot().minus(countsFromStart ? LATE : Duration.ZERO);
                }
            };
            return new ForwardingPlatform(board) {
                @Override
                public DeviceClock clock() {
                    return clock;
                }
            };
        }
    }
}

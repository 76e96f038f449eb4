// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.policy.Phase;
import io.twinbank.core.policy.PhaseRule;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingRecords;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.oracle.JournalHeader;
import io.twinbank.simulator.scenario.Site;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Bugs in how the bytes of a site's month are counted, and in when its windows are asked. */
final class SiteMutants {
    private static final Set<String> S23 = Set.of("S23");
    /** From 1970 to the time of the build: a whole number of them. */
    private static final Duration WEEKS = Duration.between(Instant.EPOCH, Site.BUILT);

    private SiteMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M105",
                        "the month's bytes are counted in the record when they have come, not before they are fetched",
                        S23,
                        Mode.QUIET,
                        SiteMutants::site,
                        sound -> sound.with(Bugs.records((board, store) -> new CountsAfterwards(store)))),
                new Mutant(
                        "M106",
                        "the month's bytes are counted in RAM only",
                        S23,
                        Mode.QUIET,
                        SiteMutants::site,
                        sound -> sound.with(Bugs.records((board, store) -> new CountsInRam(store)))),
                new Mutant(
                        "M107",
                        "each start forgets what was counted",
                        S23,
                        Mode.QUIET,
                        SiteMutants::site,
                        sound -> sound.with(Bugs.records((board, store) -> new StartsFromNothing(store)))),
                new Mutant(
                        "M108",
                        "what the network brought is given back to the month as if it hadn't come",
                        S23,
                        Mode.QUIET,
                        SiteMutants::site,
                        sound -> sound.with(new TransfersNothing())),
                new Mutant(
                        "M109",
                        "an update waits for no window to be fetched",
                        S23,
                        Mode.QUIET,
                        SiteMutants::site,
                        sound -> sound.with(new WithoutWindow(Phase.DOWNLOAD))),
                new Mutant(
                        "M110",
                        "an image that is staged waits for no window to restart",
                        S23,
                        Mode.QUIET,
                        SiteMutants::site,
                        sound -> sound.with(new WithoutWindow(Phase.RESET))),
                new Mutant(
                        "M111",
                        "an image that a start finds staged waits for no window any more",
                        S23,
                        Mode.SINGLE,
                        SiteMutants::site,
                        sound -> sound.with(new WaitsUntilStart())),
                new Mutant(
                        "M112",
                        "a clock that was never set opens the windows of its date",
                        S23,
                        Mode.EVENTS,
                        SiteMutants::site,
                        sound -> sound.with(Bugs.clock(BelievedAtOnce::new))));
    }

    private static Setting site() {
        return Stages.small("site", "ideal");
    }

    private static final class CountsAfterwards extends ForwardingRecords {
        private byte @Nullable [] pending;

        CountsAfterwards(StateStore store) {
            super(store);
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            if (key == StateKey.POLICY) {
                pending = record.clone();
                return;
            }
            if (pending != null) {
                super.store(StateKey.POLICY, pending);
                pending = null;
            }
            super.store(key, record);
        }
    }

    private static final class CountsInRam extends ForwardingRecords {
        CountsInRam(StateStore store) {
            super(store);
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            if (key != StateKey.POLICY) {
                super.store(key, record);
            }
        }
    }

    private static final class StartsFromNothing extends ForwardingRecords {
        StartsFromNothing(StateStore store) {
            super(store);
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            return key == StateKey.POLICY ? new Absent() : super.load(key);
        }
    }

    private static final class TransfersNothing implements AgentVariant {
        @Override
        public PayloadSource payloads(PayloadSource source) {
            return new PayloadSource() {
                @Override
                public boolean serves(URI uri) {
                    return source.serves(uri);
                }

                @Override
                public Stream open(Request request) throws IOException {
                    return new Unnoticed(source.open(request));
                }
            };
        }
    }

    private record Unnoticed(PayloadSource.Stream stream) implements PayloadSource.Stream {
        @Override
        public int read(ByteBuffer dst) throws IOException {
            return stream.read(dst);
        }

        @Override
        public long transferredBytes() {
            return 0;
        }

        @Override
        public Optional<String> validator() {
            return stream.validator();
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    private static class WithoutWindow implements AgentVariant {
        private final Phase open;

        WithoutWindow(Phase open) {
            this.open = open;
        }

        @Override
        public SitePolicy policy(SimulatedBoard board, SitePolicy policy) {
            SitePolicy.Builder other =
                    SitePolicy.builder().budget(policy.budget().orElseThrow().perMonth());
            policy.rules().forEach((phase, rule) -> other.rule(phase, phase == open ? PhaseRule.open() : rule));
            return other.build();
        }
    }

    private static final class WaitsUntilStart extends WithoutWindow {
        WaitsUntilStart() {
            super(Phase.RESET);
        }

        @Override
        public SitePolicy policy(SimulatedBoard board, SitePolicy policy) {
            return isStaged(board) ? super.policy(board, policy) : policy;
        }

        private static boolean isStaged(SimulatedBoard board) {
            try {
                return JournalHeader.of(board.storage().records().peek(StateKey.JOURNAL))
                        .state()
                        .equals("STAGED");
            } catch (HalException e) {
                return false;
            }
        }
    }

    private static final class BelievedAtOnce extends ClockMutants.ForwardingClock {
        BelievedAtOnce(DeviceClock clock) {
            super(clock);
        }

        @Override
        public Optional<Instant> wallClock() {
            return super.wallClock().map(now -> now.isBefore(Site.BUILT) ? now.plus(WEEKS) : now);
        }
    }
}

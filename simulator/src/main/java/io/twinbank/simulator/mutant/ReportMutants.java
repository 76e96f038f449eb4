// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.ResetControl;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingRecords;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.explore.Mode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Bugs in what the other side is told. */
final class ReportMutants {
    private ReportMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M26",
                        "a rollback is reported as a success",
                        Set.of("L2"),
                        Mode.QUIET,
                        () -> Stages.ideal("rollback"),
                        sound -> sound.with(
                                Bugs.transport((board, scheduler, transport) -> new Embellishes(transport)))),
                new Mutant(
                        "M27",
                        "a report is marked as sent before the other side has it",
                        Set.of("L2"),
                        Mode.SINGLE,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(
                                Bugs.transport((board, scheduler, transport) -> new SaysSent(transport, scheduler)))),
                new Mutant(
                        "M28",
                        "a report that is sent again has another id",
                        Set.of("L2"),
                        Mode.SINGLE,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.transport(
                                (board, scheduler, transport) -> new FreshIds(transport, board.resetControl())))),
                new Mutant(
                        "M62",
                        "the outcome of an update that isn't reported yet is overwritten by that of the next",
                        Set.of("L2"),
                        Mode.EVENTS,
                        () -> Stages.ideal("update").with(new SlowReports(false)),
                        sound -> sound.with(new SlowReports(true))));
    }

    private static final class Embellishes extends ForwardingTransport {
        Embellishes(UpdateTransport transport) {
            super(transport);
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            String json = new String(report.json(), StandardCharsets.UTF_8);
            byte[] better = json.replace("\"RolledBack\"", "\"Installed\"").getBytes(StandardCharsets.UTF_8);
            return super.send(new Report(report.kind(), report.id(), better));
        }
    }

    /** Sends from a queue in RAM, whose other end is two tasks away. */
    private static final class SaysSent extends ForwardingTransport {
        private final Scheduler scheduler;

        SaysSent(UpdateTransport transport, Scheduler scheduler) {
            super(transport);
            this.scheduler = scheduler;
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            scheduler.execute(Lane.FETCH, () -> scheduler.execute(Lane.FETCH, () -> super.send(report)));
            return CompletableFuture.completedFuture(null);
        }
    }

    private static final class FreshIds extends ForwardingTransport {
        private final ResetControl control;

        FreshIds(UpdateTransport transport, ResetControl control) {
            super(transport);
            this.control = control;
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            String fresh = report.id() + "@" + control.lastCause();
            return super.send(new Report(report.kind(), fresh, report.json()));
        }
    }

    /** A server that takes no report in the first minutes, and an agent that has room for one. */
    private record SlowReports(boolean latestOnly) implements AgentVariant {
        private static final Duration MINUTES = Duration.ofMinutes(20);

        @Override
        public UpdateTransport transport(SimulatedBoard board, Scheduler scheduler, UpdateTransport transport) {
            return new ForwardingTransport(transport) {
                @Override
                public CompletionStage<Void> send(Report report) {
                    return board.clock().sinceBoot().compareTo(MINUTES) < 0
                            ? CompletableFuture.failedFuture(new IOException("the server is busy"))
                            : super.send(report);
                }
            };
        }

        @Override
        public Platform platform(SimulatedBoard board, SimImage.Spec running) {
            return latestOnly ? Bugs.withRecords(board, new LatestOutcome(board.stateStore())) : board;
        }
    }

    /** The outcomes: 4 bytes, of which 2 tell the length of the rest; how many there are; each; a serial number. */
    private static final class LatestOutcome extends ForwardingRecords {
        private static final int COUNT_AT = 4;
        private static final int FIRST_AT = 6;

        LatestOutcome(StateStore store) {
            super(store);
        }

        @Override
        public void store(StateKey key, byte[] record) throws HalException {
            super.store(key, key == StateKey.OUTCOMES ? latestOf(record) : record);
        }

        private static byte[] latestOf(byte[] record) {
            ByteBuffer ring = ByteBuffer.wrap(record);
            int count = ring.getShort(COUNT_AT);
            ring.position(FIRST_AT);
            for (int i = 1; i < count; i++) {
                skip(ring);
            }
            byte[] latest = Arrays.copyOf(record, FIRST_AT + ring.remaining());
            ring.get(latest, FIRST_AT, ring.remaining());
            ByteBuffer.wrap(latest)
                    .putShort(COUNT_AT - Short.BYTES, (short) (latest.length - COUNT_AT))
                    .putShort(COUNT_AT, (short) Math.min(count, 1));
            return latest;
        }

        /** An outcome: 2 texts, 2 numbers, 7 texts, 2 booleans. */
        private static void skip(ByteBuffer ring) {
            for (int i = 0; i < 9; i++) {
                ring.position(ring.position() + (i == 2 ? 2 * Long.BYTES : 0));
                ring.position(ring.position() + Short.BYTES + ring.getShort(ring.position()));
            }
            ring.position(ring.position() + 2);
        }
    }
}

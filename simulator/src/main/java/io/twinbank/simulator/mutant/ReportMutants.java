// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.hal.ResetControl;
import java.nio.charset.StandardCharsets;
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
                        Search.QUIET,
                        () -> Stages.ideal("rollback"),
                        sound -> sound.with(
                                Bugs.transport((board, scheduler, transport) -> new Embellishes(transport)))),
                new Mutant(
                        "M27",
                        "a report is marked as sent before the other side has it",
                        Set.of("L2"),
                        Search.SINGLE,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(
                                Bugs.transport((board, scheduler, transport) -> new SaysSent(transport, scheduler)))),
                new Mutant(
                        "M28",
                        "a report that is sent again has another id",
                        Set.of("L2"),
                        Search.SINGLE,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.transport(
                                (board, scheduler, transport) -> new FreshIds(transport, board.resetControl())))));
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
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.internal.record.OutcomeRecord;
import io.twinbank.core.internal.record.OutcomeRing;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.hal.HalException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the outcomes and sends each, oldest first and one at a time, until the other side has it. Marked delivered only then: a
 * power cut between the two sends it again, with the same id. Reporting never causes a rollback.
 */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final Records records;
    private final Optional<UpdateTransport> transport;
    private final Scheduler scheduler;
    private final Consumer<AgentEvent> events;
    private final SuitReports suitReports;
    private final String device;
    private OutcomeRing ring = OutcomeRing.empty();
    private boolean online;
    private boolean sending;
    private boolean statusSending;
    private boolean statusStale;
    private @Nullable Cancellable retry;

    Outbox(
            Records records,
            Optional<UpdateTransport> transport,
            Scheduler scheduler,
            Consumer<AgentEvent> events,
            SuitReports suitReports,
            String device) {
        this.records = records;
        this.transport = transport;
        this.scheduler = scheduler;
        this.events = events;
        this.suitReports = suitReports;
        this.device = device;
    }

    OutcomeRing ring() {
        return ring;
    }

    boolean online() {
        return online;
    }

    void load() throws HalException {
        ring = records.outcomes();
        deliver();
    }

    /** Stores an outcome; an id that has one keeps it. */
    void add(OutcomeRecord outcome) throws HalException {
        OutcomeRing next = ring.with(outcome, records.maxRingBytes());
        if (!next.equals(ring)) {
            records.store(next);
            ring = next;
            outcome.outcome().ifPresent(known -> events.accept(new AgentEvent.Ended(outcome.id(), known)));
        }
        // Also one that was stored before and not yet given to the transport, for its store had answered with an error.
        deliver();
    }

    void online(boolean now) {
        online = now;
        deliver();
    }

    /** Sends the present status, the latest only. */
    void sendStatus(Supplier<byte[]> json) {
        if (!online || transport.isEmpty()) {
            return;
        }
        if (statusSending) {
            statusStale = true;
            return;
        }
        transport
                .get()
                .send(new Report(ReportKind.STATUS, "status", json.get()))
                .whenComplete((done, failure) -> scheduler.execute(Lane.AGENT, () -> {
                    statusSending = false;
                    if (statusStale) {
                        statusStale = false;
                        sendStatus(json);
                    }
                }));
        // Not before: of a report that the transport threw at nobody would ever say that it is through.
        statusSending = true;
    }

    private void deliver() {
        Optional<OutcomeRecord> next = ring.nextToDeliver();
        if (!online || sending || next.isEmpty() || transport.isEmpty()) {
            return;
        }
        OutcomeRecord outcome = next.get();
        transport
                .get()
                .send(new Report(
                        ReportKind.OUTCOME,
                        outcome.id(),
                        ReportJson.outcome(device, outcome, suitReports.signed(outcome))))
                .whenComplete((done, failure) -> scheduler.execute(Lane.AGENT, () -> sent(outcome.id(), failure)));
        sending = true;
    }

    private void sent(String id, @Nullable Throwable failure) {
        sending = false;
        if (failure != null) {
            LOG.info("report {} didn't get through, again in {} s: {}", id, RETRY.toSeconds(), failure.toString());
            deliverLater();
            return;
        }
        try {
            OutcomeRing next = ring.delivered(id);
            records.store(next);
            ring = next;
            events.accept(new AgentEvent.Reported(id));
            deliver();
        } catch (HalException e) {
            LOG.warn("report {} is delivered, but that can't be stored; it will be sent again: {}", id, e.toString());
            deliverLater();
        }
    }

    /** One timer is enough, however often a store of the device's fails and the rows begin anew. */
    private void deliverLater() {
        if (retry != null) {
            retry.cancel();
        }
        retry = scheduler.after(Lane.AGENT, RETRY, this::deliver);
    }
}

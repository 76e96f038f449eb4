// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.EventId;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends reports through the window that the broker allows. Nothing outlives the connection: what isn't delivered when it ends
 * fails, and the agent, which keeps outcomes durably, sends it again. Only the latest status is kept, as the birth message of
 * the next connection. Confined to the loop.
 */
final class ReportOutbox {
    static final int MAX_WAITING = 1024;
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(ReportOutbox.class);

    private final Topics topics;
    private final Loop loop;
    private final Askers askers;
    private final Consumer<LinkFailure> stuck;
    private final Deque<Pending> waiting = new ArrayDeque<>();
    private final Set<Pending> inFlight = Collections.newSetFromMap(new IdentityHashMap<>());
    private byte[] latestStatus = "{\"schema\":1,\"online\":true}".getBytes(StandardCharsets.UTF_8);
    private @Nullable MqttLink link;
    private int window;
    private IOException offline = new IOException("not connected yet");

    /**
     * Makes an outbox.
     *
     * @param stuck told when the broker doesn't acknowledge: the connection is no good then
     */
    ReportOutbox(Topics topics, Loop loop, Askers askers, Consumer<LinkFailure> stuck) {
        this.topics = topics;
        this.loop = loop;
        this.askers = askers;
        this.stuck = stuck;
    }

    void online(MqttLink connected, int allowed) {
        link = connected;
        window = allowed;
        waiting.addFirst(new Pending(retained(topics.status(), Topics.STATUS, latestStatus)));
        pump();
    }

    void offline(String why) {
        link = null;
        offline = new IOException(why);
        List<Pending> failed = new ArrayList<>(inFlight);
        failed.addAll(waiting);
        inFlight.clear();
        waiting.clear();
        failed.forEach(pending -> pending.complete(offline));
    }

    void send(Report report, CompletableFuture<Void> promise) {
        if (report.kind() == ReportKind.STATUS) {
            latestStatus = report.json();
        }
        if (link == null) {
            promise.completeExceptionally(offline);
        } else if (overtake(report, promise)) {
            return;
        } else if (waiting.size() >= MAX_WAITING) {
            promise.completeExceptionally(new IOException(MAX_WAITING + " reports wait already"));
        } else {
            Pending pending = new Pending(message(report));
            pending.promises.add(promise);
            if (report.kind() == ReportKind.STATUS) {
                waiting.addFirst(pending); // at most one of them: it holds up no outcome for long, and grows old
            } else {
                waiting.add(pending);
            }
            pump();
        }
    }

    /** Sends a question; it goes before reports, for somebody waits for the answer. */
    void ask(MqttLink.Outgoing question, CompletableFuture<Void> promise) {
        if (link == null) {
            promise.completeExceptionally(offline);
        } else {
            Pending pending = new Pending(question);
            pending.promises.add(promise);
            waiting.addFirst(pending);
            pump();
        }
    }

    /** The latest is enough of all but outcomes and answers: it takes the place of one that still waits. */
    private boolean overtake(Report report, CompletableFuture<Void> promise) {
        MqttLink.Outgoing message = message(report);
        for (Pending pending : waiting) {
            if (message.retained() && pending.message.topic().equals(message.topic())) {
                pending.message = message;
                pending.promises.add(promise);
                return true;
            }
        }
        return false;
    }

    private MqttLink.Outgoing message(Report report) {
        return switch (report.kind()) {
            case OUTCOME ->
                new MqttLink.Outgoing(
                        topics.report(),
                        false,
                        Topics.REPORT,
                        Optional.of(report.id()),
                        report.json(),
                        Optional.empty(),
                        Optional.empty());
            case STATUS -> retained(topics.status(), Topics.STATUS, report.json());
            case ANSWER -> askers.answer(report);
            case INVENTORY -> retained(topics.inventory(), Topics.INVENTORY, report.json());
            case HEALTH -> retained(topics.health(), Topics.HEALTH, report.json());
        };
    }

    private static MqttLink.Outgoing retained(String topic, String contentType, byte[] json) {
        return new MqttLink.Outgoing(
                topic, true, contentType, Optional.empty(), json, Optional.empty(), Optional.empty());
    }

    private void pump() {
        MqttLink current = link;
        while (current != null && current == link && inFlight.size() < window && !waiting.isEmpty()) {
            Pending pending = waiting.remove();
            inFlight.add(pending);
            pending.cancelDeadline = loop.after(ACKNOWLEDGED_WITHIN, () -> unacknowledged(pending));
            current.publish(pending.message, failure -> published(pending, failure));
        }
    }

    private void unacknowledged(Pending pending) {
        if (inFlight.contains(pending)) {
            stuck.accept(LinkFailure.of(
                    LinkFailure.Kind.NO_ANSWER,
                    "a report wasn't acknowledged within " + ACKNOWLEDGED_WITHIN.toSeconds() + " s"));
        }
    }

    private void published(Pending pending, @Nullable IOException failure) {
        try {
            loop.execute(() -> {
                if (inFlight.remove(pending)) {
                    if (failure != null) {
                        log.warn(
                                EventId.REPORT_NOT_DELIVERED.line("a report wasn't delivered: {}"),
                                failure.getMessage());
                    }
                    pending.complete(failure);
                    pump();
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("published after the transport was closed");
        }
    }

    private static final class Pending {
        private final List<CompletableFuture<Void>> promises = new ArrayList<>();
        private MqttLink.Outgoing message;
        private Runnable cancelDeadline = () -> {};

        Pending(MqttLink.Outgoing message) {
            this.message = message;
        }

        void complete(@Nullable IOException failure) {
            cancelDeadline.run();
            if (failure == null) {
                promises.forEach(promise -> promise.complete(null));
            } else {
                promises.forEach(promise -> promise.completeExceptionally(failure));
            }
        }
    }
}

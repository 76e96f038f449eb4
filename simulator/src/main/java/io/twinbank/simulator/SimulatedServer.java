// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.StateHash;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The other side, in memory: a broker that retains one offer, keeps commands and collects reports, and a store of payloads. It outlives the
 * boots of the gateway. For {@link VirtualScheduler} only: not thread-safe.
 */
public final class SimulatedServer implements Durable {
    private static final Duration LATENCY = Duration.ofMillis(20);
    /** As a network delivers: less than a buffer, and no multiple of a flash's units. */
    private static final int PACKET_BYTES = 1400;

    private final Map<URI, byte[]> payloads = new LinkedHashMap<>();
    private final List<UpdateTransport.Report> reports = new ArrayList<>();
    /** The hash of the reports so far, repetitions of outcomes left out. */
    private StateHash.Key told = new StateHash().key();

    private Optional<Offer> retained = Optional.empty();
    /** Kept, for it is over the whole envelope. */
    private int retainedHash = 0;

    private final OperatorDesk desk = new OperatorDesk();
    private boolean online = true;
    private long bytesServed = 0;
    private Runnable whenServed = () -> {};
    private long breakAfter = Long.MAX_VALUE;
    private @Nullable Session session;
    private Knowledge knowledge = new Knowledge();

    /** Makes a server that is online and offers nothing. */
    public SimulatedServer() {}

    /**
     * Publishes an offer: delivered now if the gateway is connected, and whenever it connects.
     *
     * @param offer replaces the one before
     */
    public void offer(Offer offer) {
        retained = Optional.of(offer);
        retainedHash = offer.hashCode();
        if (session != null) {
            session.deliver();
        }
    }

    /**
     * Publishes an offer that had been on its way and arrives at this very moment, if the gateway is connected: what comes later
     * never meets a gateway that is busy, for work takes no time.
     *
     * @param offer replaces the one before
     */
    public void offerNow(Offer offer) {
        retained = Optional.of(offer);
        retainedHash = offer.hashCode();
        if (session != null) {
            session.deliverNow();
        }
    }

    /**
     * Hands out an offer at this very moment, if the gateway is connected, and doesn't retain it.
     *
     * @param offer leaves the one before in its place
     */
    public void handNow(Offer offer) {
        if (session != null) {
            session.handNow(offer);
        }
    }

    /**
     * Sends a command: now if the gateway is connected, and whenever it connects until it has acknowledged it.
     *
     * @param message the command
     */
    public void command(OperatorMessage message) {
        desk.give(message);
        if (session != null) {
            session.command(message);
        }
    }

    /**
     * Plans commands for the update that is offered now, in place of those for the one before.
     *
     * @param byState each sent at the moment when a status tells that the update is there, such as {@code TRIAL}
     */
    public void commandDuring(Map<String, OperatorMessage> byState) {
        desk.plan(byState);
    }

    /**
     * Returns the number of the last command that was acknowledged.
     *
     * @return unsigned; 0 for none
     */
    public long acknowledgedCommand() {
        return desk.acknowledged();
    }

    /**
     * Tells whether the gateway has acknowledged that it is paused.
     *
     * @return whether the last command that began or ended a pause began one
     */
    public boolean acknowledgedPause() {
        return desk.paused();
    }

    /**
     * Stores a payload.
     *
     * @param uri where it is had
     * @param bytes its content
     */
    public void payload(URI uri, byte[] bytes) {
        payloads.put(uri, bytes.clone());
    }

    /**
     * Connects or disconnects the network.
     *
     * @param connected whether anything goes through
     */
    public void online(boolean connected) {
        online = connected;
        if (session != null) {
            session.announce();
        }
    }

    /**
     * Breaks the connection once, after some more bytes.
     *
     * @param bytes how many payload bytes still go through
     */
    public void breakAfter(long bytes) {
        breakAfter = bytesServed + bytes;
    }

    /**
     * Returns how many payload bytes were served.
     *
     * @return over all requests
     */
    public long bytesServed() {
        return bytesServed;
    }

    /**
     * Sets who hears of payload bytes.
     *
     * @param heard run each time that some were served, before the gateway has them
     */
    public void whenServed(Runnable heard) {
        whenServed = heard;
    }

    /**
     * Returns every report that arrived.
     *
     * @return in order, repetitions included
     */
    public List<UpdateTransport.Report> reports() {
        return List.copyOf(reports);
    }

    /**
     * Returns the reports of outcomes, without repetitions.
     *
     * @return the different bodies that arrived under each idempotency key: one, from a correct agent
     */
    public Map<String, Set<String>> outcomes() {
        Map<String, Set<String>> outcomes = new LinkedHashMap<>();
        for (UpdateTransport.Report report : reports) {
            if (report.kind() == UpdateTransport.ReportKind.OUTCOME) {
                outcomes.computeIfAbsent(report.id(), id -> new LinkedHashSet<>())
                        .add(new String(report.json(), StandardCharsets.UTF_8));
            }
        }
        return outcomes;
    }

    /** The same outcome once more changes nothing: whoever reads reports drops repetitions by their id. */
    private void note(UpdateTransport.Report report) {
        boolean repeated = reports.contains(report);
        reports.add(report);
        if (!repeated && report.kind() == UpdateTransport.ReportKind.OUTCOME) {
            StateHash hash = new StateHash();
            hash.add(told);
            hash.add(report.id());
            hash.add(report.json());
            told = hash.key();
        }
    }

    /** What the other side knows; a connection is the gateway's. */
    private record Saved(
            List<UpdateTransport.Report> reports,
            StateHash.Key told,
            Optional<Offer> retained,
            boolean online,
            long bytesServed,
            long breakAfter,
            Object desk) {}

    @Override
    public Object save() {
        List<UpdateTransport.Report> outcomes = reports.stream()
                .filter(report -> report.kind() == UpdateTransport.ReportKind.OUTCOME)
                .toList();
        return new Saved(outcomes, told, retained, online, bytesServed, breakAfter, desk.save());
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        reports.clear();
        reports.addAll(saved.reports());
        told = saved.told();
        retained = saved.retained();
        retainedHash = retained.map(Offer::hashCode).orElse(0);
        online = saved.online();
        bytesServed = saved.bytesServed();
        breakAfter = saved.breakAfter();
        desk.restore(saved.desk());
        session = null;
    }

    /** How much was served isn't there: the gateway can't see it. */
    @Override
    public void addTo(StateHash hash) {
        hash.add(told);
        hash.add(retainedHash);
        hash.add(online ? 1 : 0);
        desk.addTo(hash);
        hash.add(breakAfter == Long.MAX_VALUE ? -1 : breakAfter - bytesServed);
    }

    /** A connection for one life of the gateway; it takes the place of the one before. */
    UpdateTransport connect(Scheduler scheduler, Knowledge listener) {
        knowledge = listener;
        session = new Session(scheduler);
        return session;
    }

    /** Tells whether no message is on its way to the gateway. */
    boolean isQuiet() {
        return session == null || (session.underWay == 0 && desk.owed().isEmpty());
    }

    /** The payloads, as the gateway fetches them. */
    PayloadSource payloadSource() {
        return new PayloadSource() {
            @Override
            public boolean serves(URI uri) {
                return payloads.containsKey(uri);
            }

            @Override
            public Stream open(Request request) throws IOException {
                byte[] bytes = payloads.get(request.uri());
                if (bytes == null || request.offset() > bytes.length) {
                    throw new PayloadException(PayloadException.Kind.FINAL, "404 " + request.uri());
                }
                checkConnected();
                return new Response(ByteBuffer.wrap(bytes).position((int) request.offset()));
            }
        };
    }

    private void checkConnected() throws IOException {
        if (!online) {
            knowledge.learn("no network");
            throw new IOException("no network");
        }
        if (bytesServed >= breakAfter) {
            breakAfter = Long.MAX_VALUE;
            knowledge.learn("connection reset");
            throw new IOException("connection reset by peer");
        }
    }

    private final class Response implements PayloadSource.Stream {
        private final ByteBuffer bytes;

        Response(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            checkConnected();
            int length = Math.min(Math.min(PACKET_BYTES, bytes.remaining()), dst.remaining());
            knowledge.learn(length);
            if (length == 0) {
                return bytes.hasRemaining() ? 0 : -1;
            }
            dst.put(bytes.slice().limit(length));
            bytes.position(bytes.position() + length);
            bytesServed += length;
            whenServed.run();
            return length;
        }

        @Override
        public Optional<String> validator() {
            return Optional.of("v1");
        }

        @Override
        public void close() {
            // Nothing is held open.
        }
    }

    private final class Session implements UpdateTransport {
        private final Scheduler scheduler;
        private @Nullable Listener listener;
        private int underWay = 0;

        Session(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public void start(Listener whom) {
            listener = whom;
            announce();
        }

        void announce() {
            later(whom -> {
                if (online) {
                    whom.online();
                    retained.ifPresent(offer -> whom.offered(offer, () -> {}));
                    desk.owed().forEach(message -> hand(whom, message));
                } else {
                    whom.offline("no network");
                }
            });
        }

        void deliver() {
            later(this::hand);
        }

        void command(OperatorMessage message) {
            later(whom -> {
                if (online) {
                    hand(whom, message);
                }
            });
        }

        private void hand(Listener whom, OperatorMessage message) {
            knowledge.learn(message.bytes());
            whom.commanded(message.bytes(), () -> {
                if (online) {
                    desk.acknowledge(message);
                }
            });
        }

        void deliverNow() {
            Listener whom = listener;
            if (whom != null) {
                knowledge.learn("now " + online + " " + retained.hashCode());
                hand(whom);
            }
        }

        void handNow(Offer offer) {
            Listener whom = listener;
            if (whom != null) {
                knowledge.learn("now " + online + " " + offer.hashCode());
                if (online) {
                    whom.offered(offer, () -> {});
                }
            }
        }

        private void hand(Listener whom) {
            if (online) {
                retained.ifPresent(offer -> whom.offered(offer, () -> {}));
            }
        }

        /** A report arrives at once, its acknowledgement later: in between the power may fail. */
        @Override
        public CompletionStage<Void> send(Report report) {
            CompletableFuture<Void> acknowledged = new CompletableFuture<>();
            if (online) {
                note(report);
                reactTo(report);
                later(whom -> acknowledged.complete(null));
            } else {
                later(whom -> acknowledged.completeExceptionally(new IOException("no network")));
            }
            return acknowledged;
        }

        /** An operator who reads a status commands at once: later the update would have gone on, for work takes no time. */
        private void reactTo(Report report) {
            Listener whom = listener;
            if (whom != null && report.kind() == ReportKind.STATUS) {
                desk.reads(new String(report.json(), StandardCharsets.UTF_8)).ifPresent(message -> hand(whom, message));
            }
        }

        @Override
        public void close() {
            listener = null;
        }

        private void later(Consumer<Listener> event) {
            underWay++;
            scheduler.after(Lane.FETCH, LATENCY, () -> {
                underWay--;
                Listener whom = listener;
                if (whom != null && session == this) {
                    knowledge.learn(online + " " + retained.hashCode());
                    event.accept(whom);
                }
            });
        }
    }
}

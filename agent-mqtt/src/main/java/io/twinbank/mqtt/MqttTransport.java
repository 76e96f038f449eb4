// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.EventId;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.UpdateTransport;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers, commands and reports over MQTT 5, as docs/wire-format.md describes. It connects by itself, also the first time, with a random,
 * growing pause after each failure. Made by {@link #builder()}.
 *
 * <p>An offer or a command is acknowledged to the broker when the agent has journalled or judged it, so one that a power cut
 * falls upon comes again. Reports aren't kept here: one that wasn't acknowledged by the broker fails, and the agent sends it again, with
 * the same id.
 *
 * <p>Thread-safe. Its own work and all calls of the listener are on the daemon thread {@code twinbank-mqtt}; each connection
 * has up to five daemon threads {@code MQTT …} besides. None is left after {@link #close()}.
 */
public final class MqttTransport implements UpdateTransport {
    private static final Logger log = LoggerFactory.getLogger(MqttTransport.class);
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(45);
    private static final Duration STABLE_AFTER = Duration.ofMinutes(1);
    private static final Duration CERTIFICATES_EVERY = Duration.ofHours(12);

    private final MqttConfig config;
    private final MqttLink.Opener links;
    private final Loop loop;
    private final Backoff backoff;
    private final Askers askers;
    private final ReportOutbox outbox;
    private final MqttPayloads payloads;
    private final Redirects redirects;
    private final CertificateWatch certificates = new CertificateWatch(this::notice);
    private volatile State state = State.IDLE;
    private volatile String trouble = "";

    /**
     * Where the connection is.
     *
     * <pre>
     * IDLE -> CONNECTING -> SUBSCRIBING -> DRAINING -> ONLINE
     *          ^     |           |            |          |
     *          |     v           v            v          v
     *          +---------------- WAITING ----------------+       any -> CLOSED
     * </pre>
     */
    public enum State {
        /** Not started yet. */
        IDLE,
        /** On the way to a session: name, TCP, proxy, TLS, WebSocket, CONNECT. At most 45 s together with the next. */
        CONNECTING,
        /** The broker took the connection; it is asked for offers and commands. */
        SUBSCRIBING,
        /** The broker sends what it kept, and reports flow; our status hasn't been acknowledged yet. At most a minute. */
        DRAINING,
        /** Messages came through both ways. */
        ONLINE,
        /** No connection; the pause before the next try. */
        WAITING,
        /** {@link MqttTransport#close()} was called. */
        CLOSED;

        boolean leadsTo(State next) {
            return switch (this) {
                case IDLE, WAITING -> next == CONNECTING || next == CLOSED;
                case CONNECTING -> next == SUBSCRIBING || next == WAITING || next == CLOSED;
                case SUBSCRIBING -> next == DRAINING || next == WAITING || next == CLOSED;
                case DRAINING -> next == ONLINE || next == WAITING || next == CLOSED;
                case ONLINE -> next == WAITING || next == CLOSED;
                case CLOSED -> false;
            };
        }
    }

    // from here on confined to the loop
    private @Nullable Listener listener;
    private @Nullable Inbox inbox;
    private @Nullable Connection connection;
    private Runnable cancelTimer = () -> {};
    private Runnable cancelCertificates = () -> {};
    private Runnable cancelSession = () -> {};
    private String saidOffline = "";
    private boolean sessionKept;

    MqttTransport(MqttConfig config, MqttLink.Opener links, Loop loop, DoubleSupplier random) {
        this(config, links, loop, random, MqttPayloads.Pace.STANDARD);
    }

    MqttTransport(MqttConfig config, MqttLink.Opener links, Loop loop, DoubleSupplier random, MqttPayloads.Pace pace) {
        this.config = config;
        this.links = links;
        this.loop = loop;
        this.backoff = new Backoff(config.backoffBase(), config.backoffCap(), random);
        this.askers = new Askers(config.topics());
        this.outbox = new ReportOutbox(config.topics(), loop, askers, this::lost);
        this.payloads = new MqttPayloads(
                config.topics(), this::ask, () -> ThreadLocalRandom.current().nextLong(), SystemClock::nanos, pace);
        this.redirects = new Redirects(config.server(), config.redirects());
    }

    MqttTransport(MqttConfig config) {
        this(config, MqttPayloads.Pace.STANDARD);
    }

    MqttTransport(MqttConfig config, MqttPayloads.Pace pace) {
        this(
                config,
                (server, events) -> PahoLink.open(config, server, events),
                new ThreadLoop(),
                () -> ThreadLocalRandom.current().nextDouble(),
                pace);
    }

    /**
     * Returns a builder.
     *
     * @return a fresh builder
     */
    public static MqttTransportBuilder builder() {
        return new MqttTransportBuilder();
    }

    /**
     * {@inheritDoc} A second call does nothing.
     *
     * @throws IllegalStateException if the transport is closed
     */
    @Override
    public void start(Listener listener) {
        try {
            loop.execute(() -> {
                if (state == State.IDLE) {
                    this.listener = listener;
                    inbox = new Inbox(config, loop, askers, listener);
                    checkCertificates();
                    connect();
                }
            });
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the transport is closed", e);
        }
    }

    @Override
    public CompletionStage<Void> send(Report report) {
        CompletableFuture<Void> promise = new CompletableFuture<>();
        try {
            loop.execute(() -> outbox.send(report, promise));
        } catch (RejectedExecutionException e) {
            promise.completeExceptionally(new IOException("the transport is closed", e));
        }
        return promise;
    }

    /**
     * Returns the source of payloads {@code mqtt:NAME}, which come over this connection; docs/wire-format.md, "Payload by MQTT". It is to be
     * given to the agent with {@link io.twinbank.core.OtaAgentBuilder#payloadSource}.
     *
     * @return always the same
     * @throws IllegalStateException if the transport was built without {@link MqttTransportBuilder#payloads}
     */
    public PayloadSource payloads() {
        if (!config.topics().payloads()) {
            throw new IllegalStateException("build the transport with payloads(true): it hears no payloads");
        }
        return payloads;
    }

    private CompletionStage<Void> ask(MqttLink.Outgoing question) {
        CompletableFuture<Void> promise = new CompletableFuture<>();
        try {
            loop.execute(() -> outbox.ask(question, promise));
        } catch (RejectedExecutionException e) {
            promise.completeExceptionally(new IOException("the transport is closed", e));
        }
        return promise;
    }

    /**
     * Returns where the connection is.
     *
     * @return as it is now; it may change at any moment
     */
    public State state() {
        return state;
    }

    /**
     * Returns why there is no connection.
     *
     * @return what an operator can act on; empty while connected, and until the first failure
     */
    public Optional<String> trouble() {
        return Optional.of(trouble).filter(words -> !words.isEmpty());
    }

    /** {@inheritDoc} The broker is told to publish the last will. */
    @Override
    public void close() {
        loop.close(() -> {
            if (state != State.CLOSED) {
                disconnect(true);
                moveTo(State.CLOSED);
                cancelCertificates.run();
                cancelSession.run();
                outbox.offline("the transport is closed");
                config.credentials().ifPresent(Credentials::wipe);
                config.proxy().flatMap(HttpProxy::credentials).ifPresent(Credentials::wipe);
            }
        });
    }

    private void moveTo(State next) {
        if (!state.leadsTo(next)) {
            throw new IllegalStateException("the link can't go from " + state + " to " + next);
        }
        log.debug("{} -> {}", state, next);
        state = next;
    }

    private void connect() {
        moveTo(State.CONNECTING);
        Connection attempt = new Connection();
        connection = attempt;
        cancelTimer = loop.after(
                CONNECT_WITHIN,
                () -> attempt.ifCurrent(() -> lost(LinkFailure.of(
                        LinkFailure.Kind.NO_ANSWER, "no session within " + CONNECT_WITHIN.toSeconds() + " s"))));
        attempt.link = links.open(redirects.current(), attempt);
    }

    /** A broker that forgot the session lost what it kept in it; nothing of ours is, for what it didn't acknowledge goes again. */
    private void accepted(boolean resumed) {
        moveTo(State.SUBSCRIBING);
        redirects.reached();
        cancelSession.run();
        if (sessionKept && !resumed) {
            notice(
                    "the broker no longer knows this device's session: messages that it kept are lost, but retained offers are"
                            + " heard anew; has it lost its store, or does it end sessions before "
                            + config.sessionExpiry() + "?");
        }
        sessionKept = true;
    }

    private void connected(Connection current, MqttLink link, int window) {
        cancelTimer.run();
        moveTo(State.DRAINING);
        log.info(
                EventId.LINK_CONNECTED.line("connected to {}"),
                redirects.current().uri());
        saidOffline = "";
        trouble = "";
        tell(Listener::online);
        outbox.online(new Draining(link, current), window);
        if (inbox != null) {
            inbox.online();
        }
    }

    private void drained() {
        if (state == State.DRAINING) {
            moveTo(State.ONLINE);
            cancelTimer = loop.after(STABLE_AFTER, () -> {
                backoff.reset();
                redirects.stable();
            });
        }
    }

    /** The listener hears that it is offline before reports fail, so that it doesn't send them again at once. */
    private void lost(LinkFailure failure) {
        Server server = redirects.current();
        if (state != State.CONNECTING) { // the broker's time runs from the end of a session, not from our tries
            cancelSession = loop.after(config.sessionExpiry(), () -> sessionKept = false);
        }
        disconnect(false);
        moveTo(State.WAITING);
        Optional<Redirects.Verdict> redirected = failure.serverReference()
                .map(references -> redirects.redirected(failure.kind() == LinkFailure.Kind.MOVED, references));
        if (redirected.isEmpty()) {
            redirects.lost();
        }
        sessionKept &= server.equals(redirects.current());
        boolean followed = redirected.map(Redirects.Verdict::followed).orElse(false);
        Duration pause = followed ? Duration.ZERO : backoff.next();
        cancelTimer = loop.after(pause, this::connect);
        trouble = redirected
                .map(verdict -> failure.and(verdict.words()))
                .orElse(failure)
                .text();
        if (saidOffline.equals(trouble)) {
            log.debug("still not connected to {}: {}; next try in {}", server.uri(), trouble, pause);
        } else {
            log.warn(
                    EventId.LINK_NOT_CONNECTED.line("not connected to {}: {}; next try in {}"),
                    server.uri(),
                    trouble,
                    pause);
            saidOffline = trouble;
            tell(told -> told.offline(trouble));
        }
        outbox.offline(trouble);
    }

    private void checkCertificates() {
        config.wallClock().get().ifPresent(certificates::check);
        cancelCertificates = loop.after(CERTIFICATES_EVERY, this::checkCertificates);
    }

    private void notice(String what) {
        log.warn("{}", EventId.LINK_NOTICE.line(what));
        try {
            config.notices().accept(what);
        } catch (RuntimeException e) {
            log.error("the consumer of notices failed", e);
        }
    }

    private void disconnect(boolean orderly) {
        cancelTimer.run();
        Connection ended = connection;
        connection = null;
        if (ended != null && ended.link != null) {
            ended.link.close(orderly);
        }
        if (inbox != null) {
            inbox.offline();
        }
    }

    private void tell(Consumer<Listener> what) {
        if (listener == null) {
            return;
        }
        try {
            what.accept(listener);
        } catch (RuntimeException e) {
            log.error("the listener failed", e);
        }
    }

    /** Brings a link's events to the loop, and drops those that come late. */
    private final class Connection implements MqttLink.Events {
        private @Nullable MqttLink link;

        @Override
        public void secured(List<X509Certificate> ours, List<X509Certificate> brokers) {
            post(() -> {
                certificates.shown(CertificateWatch.Owner.DEVICE, ours);
                certificates.shown(CertificateWatch.Owner.BROKER, brokers);
                config.wallClock().get().ifPresent(certificates::check);
            });
        }

        @Override
        public void accepted(boolean resumed) {
            post(() -> MqttTransport.this.accepted(resumed));
        }

        @Override
        public void noticed(String what) {
            post(() -> notice(what));
        }

        @Override
        public void connected(int window) {
            post(() -> {
                if (link != null) {
                    MqttTransport.this.connected(this, link, window);
                }
            });
        }

        @Override
        public void lost(LinkFailure failure) {
            post(() -> MqttTransport.this.lost(failure));
        }

        @Override
        public boolean isWanted(String topic) {
            Topics topics = config.topics();
            return topic.equals(topics.payloadData())
                    ? payloads.isAwaited()
                    : topics.offers().contains(topic) || topics.commands().contains(topic);
        }

        @Override
        public void arrived(MqttLink.Incoming message) {
            if (message.topic().equals(config.topics().payloadData())) {
                payloads.arrived(message);
                return;
            }
            post(() -> {
                if (inbox != null) {
                    inbox.arrived(message);
                }
            });
        }

        private void post(Runnable event) {
            try {
                loop.execute(() -> ifCurrent(event));
            } catch (RejectedExecutionException e) {
                log.debug("an event after the transport was closed");
            }
        }

        private void ifCurrent(Runnable event) {
            if (connection == this) {
                event.run();
            }
        }
    }

    /** Notices the first acknowledgement, which is that of the status. */
    private final class Draining implements MqttLink {
        private final MqttLink link;
        private final Connection connection;

        Draining(MqttLink link, Connection connection) {
            this.link = link;
            this.connection = connection;
        }

        @Override
        public void publish(Outgoing message, Published published) {
            link.publish(message, failure -> {
                if (failure == null) {
                    connection.post(MqttTransport.this::drained);
                }
                published.done(failure);
            });
        }

        @Override
        public void close(boolean orderly) {
            link.close(orderly);
        }
    }
}

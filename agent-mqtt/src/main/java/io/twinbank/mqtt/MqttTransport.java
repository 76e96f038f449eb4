// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.UpdateTransport;
import java.io.IOException;
import java.time.Duration;
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

    private final MqttConfig config;
    private final MqttLink.Opener links;
    private final Loop loop;
    private final Backoff backoff;
    private final ReportOutbox outbox;
    private final MqttPayloads payloads;

    // from here on confined to the loop
    private @Nullable Listener listener;
    private @Nullable Inbox inbox;
    private @Nullable Connection connection;
    private Runnable cancelTimer = () -> {};
    private String saidOffline = "";
    private boolean closed;

    MqttTransport(MqttConfig config, MqttLink.Opener links, Loop loop, DoubleSupplier random) {
        this(config, links, loop, random, MqttPayloads.Pace.STANDARD);
    }

    private MqttTransport(
            MqttConfig config, MqttLink.Opener links, Loop loop, DoubleSupplier random, MqttPayloads.Pace pace) {
        this.config = config;
        this.links = links;
        this.loop = loop;
        this.backoff = new Backoff(config.backoffBase(), config.backoffCap(), random);
        this.outbox = new ReportOutbox(config.topics(), loop, this::lost);
        this.payloads = new MqttPayloads(
                config.topics(), this::ask, () -> ThreadLocalRandom.current().nextLong(), pace);
    }

    MqttTransport(MqttConfig config) {
        this(config, MqttPayloads.Pace.STANDARD);
    }

    MqttTransport(MqttConfig config, MqttPayloads.Pace pace) {
        this(
                config,
                events -> PahoLink.open(config, events),
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
                if (this.listener == null && !closed) {
                    this.listener = listener;
                    inbox = new Inbox(config, loop, listener);
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

    /** {@inheritDoc} The broker is told to publish the last will. */
    @Override
    public void close() {
        loop.close(() -> {
            if (!closed) {
                closed = true;
                disconnect(true);
                outbox.offline("the transport is closed");
                config.credentials().ifPresent(Credentials::wipe);
            }
        });
    }

    private void connect() {
        Connection attempt = new Connection();
        connection = attempt;
        cancelTimer = loop.after(
                CONNECT_WITHIN,
                () -> attempt.ifCurrent(() -> lost(LinkFailure.of(
                        LinkFailure.Kind.NO_ANSWER, "no session within " + CONNECT_WITHIN.toSeconds() + " s"))));
        attempt.link = links.open(attempt);
    }

    private void connected(MqttLink link, int window) {
        cancelTimer.run();
        cancelTimer = loop.after(STABLE_AFTER, backoff::reset);
        log.info("connected to {}", config.serverUri());
        saidOffline = "";
        tell(Listener::online);
        outbox.online(link, window);
        if (inbox != null) {
            inbox.online();
        }
    }

    /** The listener hears that it is offline before reports fail, so that it doesn't send them again at once. */
    private void lost(LinkFailure failure) {
        disconnect(false);
        Duration pause = backoff.next();
        cancelTimer = loop.after(pause, this::connect);
        if (saidOffline.equals(failure.text())) {
            log.debug("still not connected to {}: {}; next try in {}", config.serverUri(), failure.text(), pause);
        } else {
            log.warn("not connected to {}: {}; next try in {}", config.serverUri(), failure.text(), pause);
            saidOffline = failure.text();
            tell(told -> told.offline(failure.text()));
        }
        outbox.offline(failure.text());
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
        public void connected(int window) {
            post(() -> {
                if (link != null) {
                    MqttTransport.this.connected(link, window);
                }
            });
        }

        @Override
        public void lost(LinkFailure failure) {
            post(() -> MqttTransport.this.lost(failure));
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
}

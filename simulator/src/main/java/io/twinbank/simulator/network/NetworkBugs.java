// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import io.twinbank.core.Offer;
import io.twinbank.core.RejectedException;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.mqtt.internal.MessageNetwork;
import io.twinbank.mqtt.internal.MessageNetwork.Events;
import io.twinbank.mqtt.internal.MessageNetwork.Incoming;
import io.twinbank.mqtt.internal.MessageNetwork.Line;
import io.twinbank.mqtt.internal.MessageNetwork.Outgoing;
import io.twinbank.mqtt.internal.MessageNetwork.Session;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.ForwardingRecords;
import io.twinbank.simulator.network.NetworkBug.Seams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The seeded bugs in how messages are dealt with. What a bug keeps is RAM of one life, unless it says otherwise. */
public final class NetworkBugs {
    private NetworkBugs() {}

    /**
     * Returns all of them.
     *
     * @return in the order of their ids
     */
    public static List<NetworkBug> all() {
        return List.of(
                new NetworkBug(
                        "NB01",
                        "an offer is acknowledged before it is stored",
                        Set.of("N1"),
                        () -> above((transport, life) -> new AcknowledgesFirst(transport))),
                new NetworkBug(
                        "NB02",
                        "a report is taken for delivered before its acknowledgement",
                        Set.of("N1"),
                        () -> above((transport, life) -> new NeverWaits(transport))),
                new NetworkBug(
                        "NB03",
                        "a report that is under way is taken for delivered when the connection is lost",
                        Set.of("N1"),
                        () -> above((transport, life) -> new LostIsDelivered(transport))),
                new NetworkBug(
                        "NB04",
                        "reports that wait for a connection are dropped when it comes",
                        Set.of("N1"),
                        () -> above(EmptiesOutbox::new)),
                new NetworkBug(
                        "NB05",
                        "a report that is sent again has another idempotency key",
                        Set.of("N2"),
                        () -> above((transport, life) -> new FreshKeys(transport))),
                new NetworkBug(
                        "NB06",
                        "an offer that is as long as the one before is taken for a duplicate",
                        Set.of("N1"),
                        () -> above((transport, life) -> new LengthTells(transport))),
                new NetworkBug(
                        "NB07",
                        "what is installed is kept in RAM only, so that a stale offer is taken after a restart",
                        Set.of("N3"),
                        ForgetsFloor::new),
                new NetworkBug(
                        "NB08",
                        "a truncated message is answered like a whole one",
                        Set.of("N4"),
                        () -> above((transport, life) -> new AnswersFragments(transport))),
                new NetworkBug(
                        "NB09",
                        "a truncated message is never acknowledged, and nothing after it is looked at",
                        Set.of("N9"),
                        () -> above((transport, life) -> new ChokesOnFragments(transport))),
                new NetworkBug(
                        "NB10",
                        "it subscribes at its first connection only",
                        Set.of("N7"),
                        () -> below(SubscribesOnce::new)),
                new NetworkBug(
                        "NB11",
                        "the pauses before connections don't grow",
                        Set.of("N10"),
                        () -> below(NeverBacksOff::new)),
                new NetworkBug(
                        "NB12",
                        "a connection that is dead isn't noticed",
                        Set.of("N8"),
                        () -> below(NoticesNothing::new)),
                new NetworkBug(
                        "NB13",
                        "what wasn't acknowledged on one connection is published again on the next, behind what is newer",
                        Set.of("N6"),
                        () -> below(RepeatsOldReports::new)),
                new NetworkBug(
                        "NB14",
                        "a report is published again every second until it is acknowledged",
                        Set.of("N5"),
                        () -> below(Floods::new)),
                new NetworkBug(
                        "NB15",
                        "a truncated message is dropped without a word",
                        Set.of("N4"),
                        () -> above((transport, life) -> new SwallowsFragments(transport))));
    }

    /**
     * Returns one of them.
     *
     * @param id such as {@code NB03}
     * @return the bug
     * @throws IllegalArgumentException if there is none of that id
     */
    public static NetworkBug named(String id) {
        return all().stream()
                .filter(bug -> bug.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no seeded bug '" + id + "'"));
    }

    /** Puts something between agent and transport. */
    private interface Above {
        UpdateTransport of(UpdateTransport transport, Scheduler life);
    }

    private static Seams above(Above bug) {
        return new Seams() {
            @Override
            public UpdateTransport transport(UpdateTransport transport, Scheduler life) {
                return bug.of(transport, life);
            }
        };
    }

    /** Puts something between transport and network. */
    private interface Below {
        MessageNetwork of(MessageNetwork network);
    }

    private static Seams below(Below bug) {
        return new Seams() {
            @Override
            public MessageNetwork network(MessageNetwork network) {
                return bug.of(network);
            }
        };
    }

    /** A transport that hands every call on. */
    private abstract static class Transport implements UpdateTransport {
        private final UpdateTransport transport;

        Transport(UpdateTransport transport) {
            this.transport = transport;
        }

        @Override
        public void start(Listener listener) {
            transport.start(new Listener() {
                @Override
                public void offered(Offer offer, Runnable settled) {
                    Transport.this.offered(listener, (Offer.Envelope) offer, settled);
                }

                @Override
                public void commanded(byte[] command, Runnable settled) {
                    listener.commanded(command, settled);
                }

                @Override
                public void online() {
                    Transport.this.online();
                    listener.online();
                }

                @Override
                public void offline(String why) {
                    listener.offline(why);
                }
            });
        }

        void offered(Listener listener, Offer.Envelope offer, Runnable settled) {
            listener.offered(offer, settled);
        }

        void online() {}

        @Override
        public CompletionStage<Void> send(Report report) {
            return transport.send(report);
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    private static final class AcknowledgesFirst extends Transport {
        AcknowledgesFirst(UpdateTransport transport) {
            super(transport);
        }

        @Override
        void offered(Listener listener, Offer.Envelope offer, Runnable settled) {
            settled.run();
            listener.offered(offer, () -> {});
        }
    }

    private static final class NeverWaits extends Transport {
        NeverWaits(UpdateTransport transport) {
            super(transport);
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            CompletionStage<Void> unused = super.send(report);
            return CompletableFuture.completedFuture(null);
        }
    }

    private static final class LostIsDelivered extends Transport {
        LostIsDelivered(UpdateTransport transport) {
            super(transport);
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            return super.send(report).exceptionally(failure -> null);
        }
    }

    private static final class EmptiesOutbox extends Transport {
        private static final Duration MOMENT = Duration.ofSeconds(1);
        private final Scheduler life;
        private boolean connecting;

        EmptiesOutbox(UpdateTransport transport, Scheduler life) {
            super(transport);
            this.life = life;
        }

        @Override
        void online() {
            connecting = true;
            Scheduler.Cancellable unused = life.after(Scheduler.Lane.FETCH, MOMENT, () -> connecting = false);
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            return connecting && report.kind() == ReportKind.OUTCOME
                    ? CompletableFuture.completedFuture(null)
                    : super.send(report);
        }
    }

    private static final class FreshKeys extends Transport {
        private int sent;

        FreshKeys(UpdateTransport transport) {
            super(transport);
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            return super.send(new Report(report.kind(), report.id() + "#" + ++sent, report.json()));
        }
    }

    private static final class LengthTells extends Transport {
        private int last;

        LengthTells(UpdateTransport transport) {
            super(transport);
        }

        @Override
        void offered(Listener listener, Offer.Envelope offer, Runnable settled) {
            int length = offer.bytes().length;
            if (length == last) {
                settled.run();
            } else {
                last = length;
                listener.offered(offer, settled);
            }
        }
    }

    /** The Security record isn't stored but for the first time. */
    private static final class ForgetsFloor implements Seams {
        @Override
        public Platform platform(Platform board) {
            StateStore records = new ForwardingRecords(board.stateStore()) {
                @Override
                public void store(StateKey key, byte[] record) throws HalException {
                    if (key != StateKey.SECURITY || load(key) instanceof Absent) {
                        super.store(key, record);
                    }
                }
            };
            return new ForwardingPlatform(board) {
                @Override
                public StateStore stateStore() {
                    return records;
                }
            };
        }
    }

    private static boolean isFragment(Offer.Envelope offer) {
        try {
            SuitEnvelope.decode(offer.bytes(), Limits.standard());
            return false;
        } catch (RejectedException e) {
            return true;
        }
    }

    private static final class AnswersFragments extends Transport {
        private static final Pattern KEY = Pattern.compile("\"sequence\":(\\d+)");
        private long latest;

        AnswersFragments(UpdateTransport transport) {
            super(transport);
        }

        @Override
        public CompletionStage<Void> send(Report report) {
            Matcher sequence = KEY.matcher(new String(report.json(), StandardCharsets.UTF_8));
            if (report.kind() == ReportKind.OUTCOME && sequence.find()) {
                latest = Math.max(latest, Long.parseLong(sequence.group(1)));
            }
            return super.send(report);
        }

        @Override
        void offered(Listener listener, Offer.Envelope offer, Runnable settled) {
            if (isFragment(offer)) {
                String json = "{\"outcome\":\"Rejected\",\"sequence\":" + (latest + 1) + "}";
                CompletionStage<Void> unused = super.send(new Report(
                        ReportKind.OUTCOME, "fragment-" + (latest + 1), json.getBytes(StandardCharsets.UTF_8)));
            }
            listener.offered(offer, settled);
        }
    }

    private static final class ChokesOnFragments extends Transport {
        private boolean choked;

        ChokesOnFragments(UpdateTransport transport) {
            super(transport);
        }

        @Override
        void offered(Listener listener, Offer.Envelope offer, Runnable settled) {
            choked |= isFragment(offer);
            if (!choked) {
                listener.offered(offer, settled);
            }
        }
    }

    private static final class SwallowsFragments extends Transport {
        SwallowsFragments(UpdateTransport transport) {
            super(transport);
        }

        @Override
        void offered(Listener listener, Offer.Envelope offer, Runnable settled) {
            if (isFragment(offer)) {
                settled.run();
            } else {
                listener.offered(offer, settled);
            }
        }
    }

    /** A network that hands every call on. */
    private abstract static class Network implements MessageNetwork {
        private final MessageNetwork network;

        Network(MessageNetwork network) {
            this.network = network;
        }

        @Override
        public Scheduler scheduler() {
            return network.scheduler();
        }

        @Override
        public double random() {
            return network.random();
        }

        @Override
        public Line open(Session session, Events events) {
            return network.open(session, events);
        }
    }

    /** Events that are handed on. */
    private static class Told implements Events {
        private final Events events;

        Told(Events events) {
            this.events = events;
        }

        @Override
        public void accepted(boolean resumed) {
            events.accepted(resumed);
        }

        @Override
        public void subscribed(int window) {
            events.subscribed(window);
        }

        @Override
        public void lost(String why) {
            events.lost(why);
        }

        @Override
        public void arrived(Incoming message) {
            events.arrived(message);
        }
    }

    private static final class SubscribesOnce extends Network {
        private boolean subscribed;

        SubscribesOnce(MessageNetwork network) {
            super(network);
        }

        @Override
        public Line open(Session session, Events events) {
            Session asked = new Session(
                    session.clientId(),
                    session.keepAlive(),
                    session.expiry(),
                    session.receiveMaximum(),
                    subscribed ? List.of() : session.heard(),
                    session.will(),
                    session.willDelay());
            return super.open(asked, new Told(events) {
                @Override
                public void subscribed(int window) {
                    subscribed = true;
                    super.subscribed(window);
                }
            });
        }
    }

    private static final class NeverBacksOff extends Network {
        private static final int MOST_DOUBLINGS = 7;
        private int pauses;

        NeverBacksOff(MessageNetwork network) {
            super(network);
        }

        /** The pause is so much of one that has doubled so often. */
        @Override
        public double random() {
            return super.random() / (1 << Math.min(pauses++, MOST_DOUBLINGS));
        }
    }

    private static final class NoticesNothing extends Network {
        NoticesNothing(MessageNetwork network) {
            super(network);
        }

        @Override
        public Line open(Session session, Events events) {
            return super.open(session, new Told(events) {
                @Override
                public void lost(String why) {
                    if (!why.contains("ping")) {
                        super.lost(why);
                    }
                }
            });
        }
    }

    private static final class RepeatsOldReports extends Network {
        private final Map<Outgoing, Boolean> unacknowledged = new LinkedHashMap<>();

        RepeatsOldReports(MessageNetwork network) {
            super(network);
        }

        @Override
        public Line open(Session session, Events events) {
            List<Outgoing> old = new ArrayList<>(unacknowledged.keySet());
            Line line = super.open(session, events);
            return new Line() {
                private boolean repeated;

                @Override
                public void publish(Outgoing message, Consumer<Optional<IOException>> published) {
                    if (message.retained()) {
                        unacknowledged.put(message, true);
                    }
                    line.publish(message, failure -> {
                        unacknowledged.remove(message);
                        if (!repeated) {
                            repeated = true;
                            old.forEach(each -> line.publish(each, ignored -> unacknowledged.remove(each)));
                        }
                        published.accept(failure);
                    });
                }

                @Override
                public void close(boolean orderly) {
                    line.close(orderly);
                }
            };
        }
    }

    private static final class Floods extends Network {
        private static final Duration PATIENCE = Duration.ofSeconds(1);

        Floods(MessageNetwork network) {
            super(network);
        }

        @Override
        public Line open(Session session, Events events) {
            Line line = super.open(session, events);
            return new Line() {
                private boolean over;

                @Override
                public void publish(Outgoing message, Consumer<Optional<IOException>> published) {
                    publish(message, published, new AtomicBoolean());
                }

                private void publish(
                        Outgoing message, Consumer<Optional<IOException>> published, AtomicBoolean arrived) {
                    line.publish(message, failure -> {
                        if (!arrived.getAndSet(true)) {
                            published.accept(failure);
                        }
                    });
                    Scheduler.Cancellable unused = scheduler().after(Scheduler.Lane.FETCH, PATIENCE, () -> {
                        if (!over && !arrived.get()) {
                            publish(message, published, arrived);
                        }
                    });
                }

                @Override
                public void close(boolean orderly) {
                    over = true;
                    line.close(orderly);
                }
            };
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.Outcome;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.Role;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.contract.FakePlatform;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * The shipped agent and transport, on a fake board, against a broker and a server in virtual time where everything that can get
 * lost does: connections, messages, acknowledgements either way, the broker's sessions, and the device's power, also between two
 * steps that it stores. Counts what the server lost or saw twice.
 */
final class MessageFaults {
    /** What happens to the messages. */
    enum Fault {
        LOST_BEFORE_THE_BROKER,
        ACKNOWLEDGEMENT_OF_A_REPORT_LOST,
        REPORT_DOUBLED,
        OFFER_DOUBLED,
        ACKNOWLEDGEMENT_OF_AN_OFFER_LOST,
        SESSION_FORGOTTEN,
        POWER_CUT,
        POWER_CUT_BEFORE_A_STORE,
        POWER_CUT_BEHIND_A_STORE
    }

    /**
     * What came of it.
     *
     * @param offered how many offers the device acknowledged
     * @param lost how many of them nobody heard an outcome of
     * @param seenTwice how many have outcomes with different idempotency keys, or one key with different bodies
     * @param receivedAgain how many reports came again, as the key told
     */
    record Result(int faults, int offered, int lost, int seenTwice, int receivedAgain, Map<Fault, Integer> kinds) {}

    private static final class PowerCut extends Error {
        private static final long serialVersionUID = 1L;

        PowerCut() {
            super("power cut", null, false, false);
        }
    }

    private static final int FAULT_PERCENT = 12;
    private static final int MOST_UNREPORTED = 6;
    private static final UUID VENDOR = Uuids.vendorId("vendor.example");
    private static final UUID CLASS = Uuids.classId(VENDOR, "gateway-1");

    private final Random random;
    private final int wanted;
    private final SigningKey key;
    private final FakePlatform board;
    private final Map<Fault, Integer> kinds = new EnumMap<>(Fault.class);
    private final Deque<byte[]> session = new ArrayDeque<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final Set<String> unreported = new HashSet<>();
    private final Map<String, Set<String>> keysOfSequence = new HashMap<>();
    private final Map<String, String> bodies = new LinkedHashMap<>();
    private final Map<byte[], String> sequences = new HashMap<>();
    private int faults;
    private int receivedAgain;
    private int made;
    private Device device;

    MessageFaults(long seed, int faults) throws GeneralSecurityException, HalException {
        this.random = new Random(seed);
        this.wanted = faults;
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        key = SigningKey.of(pair.getPrivate(), pair.getPublic());
        board = FakePlatform.builder()
                .identity(new DeviceIdentity(VENDOR, CLASS, Uuids.deviceId(CLASS, "1"), "gw-1"))
                .smallPart()
                .trustPolicy(TrustPolicy.anyOf(
                        new TrustAnchor("maker", pair.getPublic().getEncoded(), Set.of(Role.FIRMWARE))))
                .build();
        board.bank(BankId.A).flash(new byte[1000]);
        board.bootControl().load(BankId.A, 0);
        board.boot();
        device = new Device();
    }

    Result run() throws GeneralSecurityException {
        while (faults < wanted) {
            if (session.size() < 3 && unreported() < MOST_UNREPORTED) {
                session.add(offer());
            }
            turn();
        }
        int counted = faults;
        faults = Integer.MIN_VALUE; // none any more: what isn't lost gets through
        for (int i = 0; i < 2000; i++) {
            turn();
        }
        long twice =
                keysOfSequence.values().stream().filter(keys -> keys.size() > 1).count();
        return new Result(counted, acknowledged.size(), unreported(), (int) twice, receivedAgain, kinds);
    }

    private void turn() {
        try {
            device.turn();
        } catch (PowerCut e) {
            device.dead = true;
        }
        if (device.dead) {
            device.link.ifPresent(Link::gone);
            device = new Device();
        }
    }

    /** Each has a sequence number of its own, and is refused for its size. */
    private byte[] offer() throws GeneralSecurityException {
        made++;
        byte[] image = ("image " + made).getBytes(StandardCharsets.UTF_8);
        byte[] envelope = new EnvelopeBuilder(ComponentId.of("os"), made, VENDOR, CLASS)
                .securityVersion(0)
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(image), 1L << 40, "https://updates.example/os.img"))
                .sign(key);
        sequences.put(envelope, String.valueOf(made));
        return envelope;
    }

    private int unreported() {
        return unreported.size();
    }

    private boolean strikes(Fault fault) {
        int percent = fault.name().startsWith("POWER") || fault == Fault.SESSION_FORGOTTEN ? 2 : FAULT_PERCENT;
        if (faults < 0 || random.nextInt(100) >= percent) {
            return false;
        }
        faults++;
        kinds.merge(fault, 1, Integer::sum);
        return true;
    }

    private void received(MqttLink.Outgoing report) {
        String id = report.idempotencyKey().orElseThrow();
        String body = new String(report.payload(), StandardCharsets.UTF_8);
        String sequence = body.replaceAll(".*\"sequence\":(\\d+).*", "$1");
        unreported.remove(sequence);
        String before = bodies.putIfAbsent(id, body);
        if (before != null) {
            receivedAgain++;
        }
        keysOfSequence
                .computeIfAbsent(sequence, any -> new HashSet<>())
                .add(before == null || before.equals(body) ? id : id + " differs");
    }

    /** From one power cut to the next. */
    private final class Device implements Scheduler {
        private final ManualLoop loop = new ManualLoop();
        private final OtaAgent agent;
        private Optional<Link> link = Optional.empty();
        private boolean dead;

        Device() {
            MqttConfig config = MqttTransport.builder()
                    .serverUri("tcp://broker.example")
                    .allowPlaintext(true)
                    .deviceId("gw-1")
                    .backoff(Duration.ofMillis(10), Duration.ofMillis(500))
                    .config();
            MqttTransport transport =
                    new MqttTransport(config, (server, events) -> connect(events), loop, random::nextDouble);
            agent = OtaAgent.builder()
                    .buildTime(Instant.EPOCH)
                    .platform(cutting())
                    .transport(transport)
                    .scheduler(this)
                    .onEvent(this::happened)
                    .build();
            agent.start();
        }

        private void happened(AgentEvent event) {
            if (event instanceof AgentEvent.Ended ended && !(ended.outcome() instanceof Outcome.Rejected)) {
                throw new AssertionError("offers are only ever refused here, and not " + ended);
            }
        }

        private MqttLink connect(MqttLink.Events events) {
            Link opened = new Link(this, events);
            link = Optional.of(opened);
            loop.after(Duration.ofMillis(50), () -> opened.begin());
            return opened;
        }

        void turn() {
            if (strikes(Fault.POWER_CUT)) {
                for (int i = random.nextInt(20); i > 0 && loop.step(); i--) {}
                throw new PowerCut();
            }
            loop.advance(Duration.ofMillis(500));
            link.ifPresent(Link::deliver);
            loop.run();
        }

        private Platform cutting() {
            StateStore store = new StateStore() {
                @Override
                public Loaded load(StateKey key) throws HalException {
                    return board.stateStore().load(key);
                }

                @Override
                public void store(StateKey key, byte[] record) throws HalException {
                    cut(Fault.POWER_CUT_BEFORE_A_STORE);
                    board.stateStore().store(key, record);
                    cut(Fault.POWER_CUT_BEHIND_A_STORE);
                }

                @Override
                public void delete(StateKey key) throws HalException {
                    cut(Fault.POWER_CUT_BEFORE_A_STORE);
                    board.stateStore().delete(key);
                }

                @Override
                public int maxRecordBytes() {
                    return board.stateStore().maxRecordBytes();
                }
            };
            return (Platform) Proxy.newProxyInstance(
                    Platform.class.getClassLoader(), new Class<?>[] {Platform.class}, (proxy, method, arguments) -> {
                        try {
                            return method.getName().equals("stateStore") ? store : method.invoke(board, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private void cut(Fault when) {
            if (dead || strikes(when)) {
                dead = true;
                throw new PowerCut();
            }
        }

        @Override
        public Cancellable execute(Lane lane, Runnable task) {
            return after(lane, Duration.ZERO, task);
        }

        @Override
        public Cancellable after(Lane lane, Duration delay, Runnable task) {
            Runnable living = () -> {
                if (!dead) {
                    task.run();
                }
            };
            if (delay.isZero()) {
                boolean[] off = new boolean[1];
                loop.execute(() -> {
                    if (!off[0]) {
                        living.run();
                    }
                });
                return () -> off[0] = true;
            }
            return loop.after(delay, living)::run;
        }

        @Override
        public void close() {}
    }

    /** The broker as one connection sees it. */
    private final class Link implements MqttLink {
        private final Device owner;
        private final Events events;
        private final List<byte[]> unacknowledged = new ArrayList<>();
        private boolean up;
        private boolean over;

        Link(Device owner, Events events) {
            this.owner = owner;
            this.events = events;
        }

        void begin() {
            if (!over) {
                boolean forgotten = strikes(Fault.SESSION_FORGOTTEN);
                if (forgotten) {
                    while (session.size() > 1) {
                        session.remove();
                    } // the last one is retained
                }
                up = true;
                events.accepted(!forgotten);
                events.connected(2);
            }
        }

        void deliver() {
            for (byte[] offer : List.copyOf(session)) {
                if (up && unacknowledged.size() < 4 && !unacknowledged.contains(offer)) {
                    unacknowledged.add(offer);
                    for (int i = strikes(Fault.OFFER_DOUBLED) ? 2 : 1; i > 0; i--) {
                        events.arrived(new Incoming(
                                "twinbank/gw-1/offer",
                                Topics.ENVELOPE,
                                Optional.empty(),
                                Optional.empty(),
                                offer,
                                () -> acknowledge(offer)));
                    }
                }
            }
        }

        private void acknowledge(byte[] offer) {
            if (!up || strikes(Fault.ACKNOWLEDGEMENT_OF_AN_OFFER_LOST)) {
                drop();
                return;
            }
            if (session.remove(offer)) {
                String sequence = String.valueOf(sequences.get(offer));
                acknowledged.add(sequence);
                if (!keysOfSequence.containsKey(sequence)) {
                    unreported.add(sequence);
                }
            }
            unacknowledged.remove(offer);
        }

        @Override
        public void publish(Outgoing message, Published published) {
            if (!up || strikes(Fault.LOST_BEFORE_THE_BROKER)) {
                drop();
                return;
            }
            if (message.topic().endsWith("/report")) {
                for (int i = strikes(Fault.REPORT_DOUBLED) ? 2 : 1; i > 0; i--) {
                    received(message);
                }
            }
            if (strikes(Fault.ACKNOWLEDGEMENT_OF_A_REPORT_LOST)) {
                drop();
            } else {
                published.done(null);
            }
        }

        private void drop() {
            if (up) {
                up = false;
                events.lost(LinkFailure.of(LinkFailure.Kind.NO_ANSWER, null));
            }
        }

        void gone() {
            up = false;
            over = true;
        }

        @Override
        public void close(boolean orderly) {
            gone();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.Outcome;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.mqtt.MqttTransport;
import io.twinbank.publisher.Progress;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.medium.BoardStop;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/** Everything that the demo needs, in one process: a factory, a broker, a payload server, an operator and a gateway. */
final class World implements AutoCloseable {
    static final String DEVICE = "gateway-1";
    static final long CHECKPOINT_BYTES = 1L << 20;
    private static final int ERASE_BYTES = 64 << 10;
    private static final long SLOW_BYTES_PER_SECOND = 50L << 20;

    final Timeline timeline;
    final Factory factory;
    final EmbeddedBroker broker;
    final PayloadServer server;
    final Operator operator;
    final SimulatedBoard board;
    final Gateway gateway;
    final CountingSource source;
    final Duration confirmWithin;
    private final SSLContext deviceTls;
    private final Path folder;
    private volatile @Nullable OtaAgent agent;
    private volatile SitePolicy policy = SitePolicy.open();
    private volatile Duration clockAhead = Duration.ZERO;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /**
     * Builds the world, with a gateway that runs what its factory gave it.
     *
     * @param folder for key stores and banks
     * @param image what fills the firmware; null for pseudo-random bytes
     * @param defaultBytes how many of those
     * @param timeline told what happens
     */
    World(Path folder, @Nullable Path image, long defaultBytes, Timeline timeline)
            throws IOException, GeneralSecurityException, MqttException {
        this.timeline = timeline;
        this.folder = folder;
        LongFunction<PayloadServer.Payload> bodies = number -> Bodies.random(number, defaultBytes);
        if (image != null) {
            PayloadServer.Payload file = Bodies.file(image);
            bodies = number -> file;
        }
        factory = new Factory(bodies);
        DemoPki pki = new DemoPki();
        deviceTls = pki.client(DEVICE).tls();
        server = closing(new PayloadServer(pki.server().tls()));
        broker = closing(EmbeddedBroker.start(pki.server(), folder));
        operator = closing(new Operator(broker.uri(), pki.client("operator").tls(), DEVICE));
        source = new CountingSource(deviceTls);
        Factory.Firmware first = factory.build(1, Behaviour.WORKS);
        confirmWithin = Duration.ofSeconds(3).plus(slowPasses(2, first.image().sizeBytes()));
        BlockingQueue<BoardStop> stops = new LinkedBlockingQueue<>();
        board = closing(board(folder, first.image().sizeBytes(), stops));
        try (InputStream in = first.payload().open(0)) {
            board.install(BankId.A, in, factory.envelope(first, server.serve(first.file(), first.payload())));
        }
        gateway = closing(new Gateway(board, stops, this::agent, timeline));
        timeline.line("Twinbank demo: a virtual gateway, and all that it talks to, on loopback");
        timeline.line("  folder    " + folder + " (deleted when all is well)");
        timeline.line("  broker    " + broker.uri() + ", MQTT 5, TLS 1.3, client certificates");
        timeline.line("  payloads  https://localhost:" + server.port() + ", TLS 1.3, client certificates");
        timeline.line("  gateway   " + DEVICE + ", two banks, images of "
                + Progress.size(first.image().sizeBytes()));
        gateway.start();
    }

    /** How long something may take that goes over a whole image several times. */
    Duration patience(Duration atLeast) {
        return atLeast.plus(slowPasses(10, imageBytes()));
    }

    private static Duration slowPasses(int times, long imageBytes) {
        return Duration.ofSeconds(times * imageBytes / SLOW_BYTES_PER_SECOND);
    }

    private SimulatedBoard board(Path folder, long imageBytes, BlockingQueue<BoardStop> stops) throws HalException {
        UUID vendor = Uuids.vendorId(Factory.VENDOR);
        UUID model = Uuids.classId(vendor, Factory.MODEL);
        DeviceIdentity identity = new DeviceIdentity(vendor, model, Uuids.deviceId(model, Factory.SERIAL), DEVICE);
        long capacity = (imageBytes + ERASE_BYTES - 1) / ERASE_BYTES * ERASE_BYTES;
        return SimulatedBoard.builder(identity, factory.trustPolicy(), factory.imageKey(), System::nanoTime)
                .geometry(new FlashGeometry(capacity, 4096, ERASE_BYTES))
                .banksIn(folder)
                .wallClock(() -> Optional.of(now()))
                .onStop(stops::add)
                .build();
    }

    private OtaAgent agent(Behaviour behaviour) {
        MqttTransport transport = MqttTransport.builder()
                .serverUri(broker.uri().toString())
                .deviceId(DEVICE)
                .tls(deviceTls)
                .build();
        OtaAgent made = OtaAgent.builder()
                .platform(board)
                .transport(transport)
                .payloadSource(source)
                .sitePolicy(policy)
                .selfTest(behaviour.selfTest(World::hang))
                .selfTestEvery(Duration.ofMillis(100))
                .confirmWithin(confirmWithin)
                .checkpointBytes(CHECKPOINT_BYTES)
                .onEvent(gateway::onEvent)
                .build();
        agent = made;
        return made;
    }

    /** What the gateway's clock shows. */
    Instant now() {
        return Instant.now().plus(clockAhead);
    }

    /** Sets the gateway's clock. */
    void clock(Instant time) {
        clockAhead = Duration.between(Instant.now(), time);
        timeline.say("clock    " + time.truncatedTo(ChronoUnit.SECONDS));
    }

    /** Gives the gateway's site another policy, which takes a restart, and waits until it is online again. */
    void site(SitePolicy next) throws InterruptedException, TimeoutException {
        policy = next;
        gateway.forget();
        gateway.restart();
        gateway.await(AgentEvent.Link.class, AgentEvent.Link::online, patience(Duration.ofSeconds(20)));
    }

    /** Lets the gateway do everything at any time again, by the right clock. */
    void siteAsBefore() throws InterruptedException {
        if (policy.equals(SitePolicy.open())) {
            return;
        }
        try {
            clock(Instant.now());
            site(SitePolicy.open());
        } catch (TimeoutException e) {
            timeline.say("gateway  isn't online again: " + e.getMessage());
        }
    }

    /** Hands an envelope over at the gateway itself, and waits for the answer. */
    Outcome offerByHand(byte[] envelope) throws Exception {
        return Objects.requireNonNull(agent, "the gateway was started")
                .offer(new Offer.Envelope(envelope))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    /** How large the banks are: as large as an image, in whole erase units. */
    long imageBytes() {
        return board.bank(BankId.A, SimulatedBoard.COMPONENT).geometry().capacityBytes();
    }

    /** Returns a file of the demo's own. */
    Path file(String name) {
        return folder.resolve(name);
    }

    private static void hang() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // abandoned at the deadline
        }
    }

    private <T extends AutoCloseable> T closing(T part) {
        open.push(part);
        return part;
    }

    /** Closes all, the latest first; what doesn't close doesn't keep the others from it. */
    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                timeline.line("not closed: " + e.getMessage());
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.UpdateState;
import io.twinbank.core.cose.SigningKey;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.contract.FakePlatform;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped agent on a fake board gets whole images over Mosquitto, from a server that is anything but reliable. */
@Needs(Part.MOSQUITTO)
class MqttPayloadsIT {
    private static final int CHUNK = 4 << 10;
    private static final int WINDOW = 16;
    private static final UUID VENDOR = Uuids.vendorId("vendor.example");
    private static final UUID CLASS = Uuids.classId(VENDOR, "gateway-1");

    @TempDir
    Path folder;

    private final byte[] image = new byte[1_500_001];
    private final List<AgentEvent> events = new CopyOnWriteArrayList<>();
    private final PayloadResponder responder = new PayloadResponder();
    private MosquittoBroker broker;
    private FakePlatform board;
    private SigningKey key;

    @BeforeEach
    void begin() throws Exception {
        new Random(3).nextBytes(image);
        responder.serve("gw.img", image, "v1");
        broker = MosquittoBroker.plain(folder);
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        key = SigningKey.of(pair.getPrivate(), pair.getPublic());
        board = FakePlatform.builder()
                .identity(new DeviceIdentity(VENDOR, CLASS, Uuids.deviceId(CLASS, "1"), "gw-1"))
                .geometry(new FlashGeometry(2 << 20, 512, 4096))
                .trustPolicy(TrustPolicy.anyOf(
                        new TrustAnchor("maker", pair.getPublic().getEncoded(), Set.of(Role.FIRMWARE))))
                .build();
        board.bank(BankId.A).flash(new byte[1000]);
        board.bootControl().load(BankId.A, 0);
    }

    @AfterEach
    void end() {
        broker.close();
    }

    private MqttTransport transport() {
        MqttConfig config = MqttTransport.builder()
                .serverUri(broker.plainUri())
                .allowPlaintext(true)
                .deviceId("gw-1")
                .payloads(true)
                .backoff(Duration.ofMillis(20), Duration.ofMillis(100))
                .config();
        return new MqttTransport(config, new MqttPayloads.Pace(CHUNK, WINDOW, Duration.ofSeconds(2)));
    }

    private OtaAgent agent(MqttTransport transport) {
        OtaAgent agent = OtaAgent.builder()
                .buildTime(Instant.EPOCH)
                .platform(board)
                .transport(transport)
                .payloadSource(transport.payloads())
                .installGate(() -> false)
                .onEvent(events::add)
                .build();
        agent.start();
        return agent;
    }

    private Offer offer(PayloadEncoding encoding, byte[] hashes) throws Exception {
        EnvelopeBuilder builder = new EnvelopeBuilder(ComponentId.of("os"), 11, VENDOR, CLASS)
                .securityVersion(0)
                .image(new EnvelopeBuilder.Image(Digest.sha256Of(image), image.length, "mqtt:gw.img", encoding));
        if (hashes.length > 0) {
            builder.integratedPayload(ChunkHashes.NAME, hashes);
        }
        return new Offer.Envelope(builder.sign(key));
    }

    private void awaitStaged(OtaAgent agent) {
        await().until(() -> agent.status().state() == UpdateState.STAGED);
        assertArrayEquals(image, Arrays.copyOf(board.bank(BankId.B).content(), image.length));
    }

    @Test
    void image_chunksDoubledAndReordered_fewAreFetchedAgain() throws Exception {
        try (PayloadServer server = new PayloadServer(broker, responder, 5, 0, 20);
                OtaAgent agent = agent(transport())) {
            await().until(() -> agent.status().online());
            agent.offer(offer(PayloadEncoding.IDENTITY, new byte[0]));
            awaitStaged(agent);

            System.out.println("doubled, reordered: " + server.account());
            assertTrue(server.again() < WINDOW, server.account());
        }
    }

    @Test
    @Tag("slow")
    void image_chunksLostDoubledAndReordered_whatWasLostAndAtMostAWindowIsFetchedAgain() throws Exception {
        try (PayloadServer server = new PayloadServer(broker, responder, 5, 20, 20);
                OtaAgent agent = agent(transport())) {
            await().until(() -> agent.status().online());
            agent.offer(offer(PayloadEncoding.IDENTITY, new byte[0]));
            awaitStaged(agent);

            System.out.println("lost, doubled, reordered: " + server.account());
            assertTrue(server.again() <= WINDOW, server.account());
        }
    }

    @Test
    @Tag("slow")
    void image_chunksLostDoubledAndReordered_andTheBrokerKilled_aWindowMoreIsFetchedAgain() throws Exception {
        try (PayloadServer server = new PayloadServer(broker, responder, 5, 20, 20);
                OtaAgent agent = agent(transport())) {
            await().until(() -> agent.status().online());
            agent.offer(offer(PayloadEncoding.IDENTITY, new byte[0]));
            await().until(() -> server.answered() > 150);

            broker.kill();
            broker.restart();
            server.connect();
            awaitStaged(agent);

            System.out.println("lost, doubled, reordered, broker killed once: " + server.account());
            assertTrue(server.again() <= 2 * WINDOW, server.account());
        }
    }

    @Test
    void image_brokerKilled_atMostAWindowIsFetchedAgain() throws Exception {
        try (PayloadServer server = new PayloadServer(broker, responder, 5, 0, 0);
                OtaAgent agent = agent(transport())) {
            await().until(() -> agent.status().online());
            agent.offer(offer(PayloadEncoding.IDENTITY, new byte[0]));
            await().until(() -> server.answered() > 100);

            broker.kill();
            broker.restart();
            server.connect();
            awaitStaged(agent);

            System.out.println("broker killed once: " + server.account() + ": " + server.again() * CHUNK
                    + " bytes fetched again, a window is " + WINDOW * CHUNK);
            assertTrue(server.again() <= WINDOW, server.account());
        }
    }

    @Test
    void image_oneChunkForged_isNoticedAndCostsItAndWhatWasReadAhead() throws Exception {
        ChunkHashes hashes = ChunkHashes.of(new ByteArrayInputStream(image), CHUNK);
        AtomicBoolean forged = new AtomicBoolean();
        try (PayloadServer server = new PayloadServer(broker, responder, 5, 0, 0);
                OtaAgent agent = agent(transport())) {
            server.forge(answer -> {
                boolean seventh = answer.payload()[2] == 7 && !forged.getAndSet(true);
                byte[] payload = answer.payload().clone();
                payload[payload.length - 1] ^= (byte) (seventh ? 1 : 0);
                return new PayloadResponder.Answer(answer.contentType(), payload);
            });
            await().until(() -> agent.status().online());
            agent.offer(offer(PayloadEncoding.IDENTITY.with(hashes), hashes.bytes()));
            awaitStaged(agent);

            System.out.println(
                    "one chunk forged: " + server.account() + ": " + server.again() * CHUNK + " bytes fetched again");
            assertTrue(forged.get());
            assertTrue(server.again() >= 1 && server.again() <= 1 + WINDOW, server.account());
        }
    }
}

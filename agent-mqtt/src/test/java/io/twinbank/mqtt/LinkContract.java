// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.core.suit.Digest;
import io.twinbank.mqtt.MqttTransport.State;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the transport does with any broker of MQTT 5. Where one of them differs, its class overrides a method that says how. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LinkContract {
    private TestPki pki;
    private ContractBroker broker;
    private Observer observer;
    private final List<String> notices = new CopyOnWriteArrayList<>();
    private RecordingListener listener;
    /** Each test has a device of its own, so one broker is enough. */
    private String device;

    private int devices;

    abstract ContractBroker startBroker(Path folder, TestPki devices) throws Exception;

    /** Whether a session and what waits in it outlive a broker that is killed. */
    abstract boolean keepsSessionsWhenKilled();

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        pki = new TestPki("devices");
        broker = startBroker(folder, pki);
    }

    @AfterAll
    void stop() throws Exception {
        broker.close();
    }

    @BeforeEach
    void observe() throws Exception {
        device = "gw-" + ++devices;
        notices.clear();
        listener = new RecordingListener(true);
        observer = Observer.of(broker.plainUri(), "observer-" + devices);
    }

    @AfterEach
    void stopObserving() throws Exception {
        observer.close();
    }

    private MqttTransportBuilder builder() throws Exception {
        return MqttTransport.builder()
                .serverUri(broker.tlsUri())
                .deviceId(device)
                .tls(pki.context(pki.device(device)))
                .onNotice(notices::add)
                .backoff(Duration.ofMillis(100), Duration.ofMillis(500));
    }

    private MqttTransport online(MqttTransportBuilder builder) {
        MqttTransport transport = builder.build();
        transport.start(listener);
        await().until(() -> transport.state() == State.ONLINE);
        return transport;
    }

    private void offer(byte[] envelope, boolean retained) throws Exception {
        observer.publish("twinbank/" + device + "/offer", Topics.ENVELOPE, envelope, retained, 1);
    }

    private static Offer envelope(int... bytes) {
        byte[] envelope = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            envelope[i] = (byte) bytes[i];
        }
        return new Offer.Envelope(envelope);
    }

    @Test
    void retainedOffer_isHeardAtEachConnectionUntilItIsTakenBack() throws Exception {
        offer(new byte[] {1}, true);
        online(builder()).close();
        assertEquals(List.of(envelope(1)), listener.offers);

        online(builder()).close();
        await().until(() -> listener.offers.equals(List.of(envelope(1), envelope(1))));

        offer(new byte[0], true);
        try (MqttTransport transport = online(builder())) {
            offer(new byte[] {2}, false);
            await().until(() -> listener.offers.size() == 3);
            assertEquals(envelope(2), listener.offers.get(2));
            assertEquals(State.ONLINE, transport.state());
        }
    }

    @Test
    void session_offersMeanwhile_comeAfterwards() throws Exception {
        online(builder()).close();
        for (int i = 0; i < 10; i++) {
            offer(new byte[] {(byte) i, 1}, false);
        }

        try (MqttTransport transport = online(builder())) {
            List<Offer> expected =
                    IntStream.range(0, 10).mapToObj(i -> envelope(i, 1)).toList();
            await().until(() -> listener.offers.size() >= 10);
            assertEquals(expected, keepsOrder() ? listener.offers : sorted(listener.offers));
            assertEquals(State.ONLINE, transport.state());
        }
    }

    /** Whether what waited in a session comes in the order in which it was published, as MQTT 5 asks (section 4.6). */
    boolean keepsOrder() {
        return true;
    }

    private static List<Offer> sorted(List<Offer> envelopes) {
        return envelopes.stream()
                .sorted(Comparator.comparingInt(offer -> ((Offer.Envelope) offer).bytes()[0]))
                .toList();
    }

    @Test
    @Tag("slow")
    void offer_notSettled_comesAgain() throws Exception {
        RecordingListener settlesNothing = new RecordingListener(false);
        try (TcpProxy proxy = new TcpProxy(broker.tlsPort());
                MqttTransport transport =
                        builder().serverUri("ssl://localhost:" + proxy.port()).build()) {
            transport.start(settlesNothing);
            await().until(() -> transport.state() == State.ONLINE);
            offer(new byte[] {7}, false);
            await().until(() -> settlesNothing.offers.size() == 1);
            proxy.refuse(true);
            proxy.cut();
            await().until(() -> transport.state() == State.WAITING);
        }

        try (MqttTransport transport = online(builder())) {
            await().until(() -> listener.offers.equals(List.of(envelope(7))));
            assertEquals(State.ONLINE, transport.state());
        }
    }

    @Test
    @Tag("slow")
    void cut_lastWillIsRetained() throws Exception {
        String status = "twinbank/" + device + "/status";
        try (TcpProxy proxy = new TcpProxy(broker.tlsPort());
                MqttTransport transport = online(
                        builder().serverUri("ssl://localhost:" + proxy.port()).willDelay(Duration.ofSeconds(1)))) {
            await().until(() -> observer.on(status).size() == 1);
            proxy.refuse(true);
            proxy.cut();

            await().until(() -> observer.on(status).size() == 2);
            assertEquals(
                    "{\"schema\":1,\"online\":false}",
                    observer.on(status).get(1).text());
            assertFalse(transport.trouble().isEmpty());
            try (Observer late = Observer.of(broker.plainUri(), "late-" + device)) {
                await().until(() -> late.on(status).size() == 1);
                assertTrue(late.on(status).get(0).message().isRetained());
            }
        }
    }

    @Test
    void close_lastWillIsPublishedAsWell() throws Exception {
        String status = "twinbank/" + device + "/status";
        online(builder().willDelay(Duration.ofSeconds(1))).close();

        if (!publishesTheWillWhenAsked()) {
            await().pollDelay(Duration.ofMillis(1500)).until(() -> true);
            assertEquals(1, observer.on(status).size(), "it does now: let the suite expect it");
            return;
        }
        await().until(() -> observer.on(status).size() == 2);
        assertEquals(
                "{\"schema\":1,\"online\":false}", observer.on(status).get(1).text());
    }

    /** Whether a broker that is told so by DISCONNECT (reason 4) publishes the last will. */
    boolean publishesTheWillWhenAsked() {
        return true;
    }

    @Test
    void group_offersForIt_areHeard() throws Exception {
        String group = "group-of-" + device;
        try (MqttTransport transport = online(builder().group(group))) {
            observer.publish("twinbank/group/" + group + "/offer", Topics.ENVELOPE, new byte[] {5}, false, 1);

            await().until(() -> listener.offers.equals(List.of(envelope(5))));
            assertEquals(State.ONLINE, transport.state());
        }
    }

    @Test
    void largeMessages_bothWays_comeWhole() throws Exception {
        byte[] large = new byte[1 << 20];
        new Random(1).nextBytes(large);
        try (MqttTransport transport = online(builder().maxMessageBytes(1 << 20))) {
            offer(large, false);
            await().until(() -> listener.offers.size() == 1);
            assertEquals(new Offer.Envelope(large), listener.offers.get(0));

            send(transport, "id", large);
            await().until(() -> observer.on(report()).size() == 1);
            assertArrayEquals(large, observer.on(report()).get(0).message().getPayload());
        }
    }

    @Test
    void secondDeviceOfTheSameName_takesOverAndTheFirstIsToldWhy() throws Exception {
        try (MqttTransport first = online(builder().backoff(Duration.ofMinutes(1), Duration.ofMinutes(1)))) {
            RecordingListener second = new RecordingListener(true);
            try (MqttTransport transport = builder().build()) {
                transport.start(second);
                await().until(() -> transport.state() == State.ONLINE);
                await().until(() -> first.state() == State.WAITING);
            }
        }
        assertTrue(
                listener.offline
                        .get(0)
                        .startsWith(LinkFailure.of(takenOver(), null).text()),
                listener.offline::toString);
    }

    /** What the first of two devices with one name is told. */
    LinkFailure.Kind takenOver() {
        return LinkFailure.Kind.TAKEN_OVER;
    }

    @Test
    @Tag("slow")
    void messageExpiry_passedWhileNobodyListens_isNotDelivered() throws Exception {
        MqttConfig config = builder().config();
        List<Optional<IOException>> published = new CopyOnWriteArrayList<>();
        observer.close(); // its session keeps what is published
        Recorded events = new Recorded();
        MqttLink link = PahoLink.open(config, config.server(), events);
        try {
            await().until(() -> events.connected.isDone());
            link.publish(
                    message("short", Duration.ofSeconds(1)), failure -> published.add(Optional.ofNullable(failure)));
            link.publish(message("long", Duration.ofHours(1)), failure -> published.add(Optional.ofNullable(failure)));
            await().until(() -> published.size() == 2);
            assertEquals(List.of(Optional.empty(), Optional.empty()), published);
        } finally {
            link.close(true);
        }

        await().pollDelay(Duration.ofMillis(2200)).until(() -> true);
        observer = Observer.of(broker.plainUri(), "observer-" + devices);

        await().until(() -> !observer.on(report()).isEmpty());
        assertEquals(
                List.of("long"),
                observer.on(report()).stream().map(Observer.Seen::text).toList());
    }

    private MqttLink.Outgoing message(String text, Duration expiry) {
        return new MqttLink.Outgoing(
                report(),
                false,
                Topics.REPORT,
                Optional.empty(),
                text.getBytes(UTF_8),
                Optional.of(expiry),
                Optional.empty());
    }

    @Test
    void command_withAResponseTopic_isAnsweredThere() throws Exception {
        String desk = "twinbank/" + device + "/answer/desk";
        try (MqttTransport transport = online(builder())) {
            byte[] command = {4, 5};
            observer.command("twinbank/" + device + "/command", command, desk, new byte[] {9, 9});
            await().until(() -> listener.commands.size() == 1);

            transport
                    .send(new Report(ReportKind.ANSWER, Digest.sha256Of(command).toString(), "{}".getBytes(UTF_8)))
                    .toCompletableFuture()
                    .get(40, TimeUnit.SECONDS);

            await().until(() -> observer.on(desk).size() == 1);
            Observer.Seen answer = observer.on(desk).get(0);
            assertArrayEquals(
                    new byte[] {9, 9}, answer.message().getProperties().getCorrelationData());
            assertEquals(Topics.ANSWER, answer.message().getProperties().getContentType());
        }
    }

    private static final class Recorded implements MqttLink.Events {
        private final CompletableFuture<Integer> connected = new CompletableFuture<>();

        @Override
        public void secured(List<X509Certificate> ours, List<X509Certificate> brokers) {}

        @Override
        public void accepted(boolean resumed) {}

        @Override
        public void noticed(String what) {}

        @Override
        public void connected(int window) {
            connected.complete(window);
        }

        @Override
        public void lost(LinkFailure failure) {
            connected.completeExceptionally(new IOException(failure.text()));
        }

        @Override
        public void arrived(MqttLink.Incoming message) {}
    }

    @Test
    @Tag("slow")
    void broker_killedAndRestarted_offersAndReportsGoOn() throws Exception {
        try (MqttTransport transport = online(builder())) {
            offer(new byte[] {1}, true);
            await().until(() -> listener.offers.size() == 1);
            settle();

            broker.kill();
            await().until(() -> transport.state() == State.WAITING);
            broker.restart();
            await().until(() -> transport.state() == State.ONLINE);

            await().until(() -> listener.offers.size() == 2);
            assertEquals(envelope(1), listener.offers.get(1));
            assertEquals(!keepsSessionsWhenKilled(), forgotten());
            assertReportsArrive(transport);
        }
    }

    @Test
    @Tag("slow")
    void broker_restartedWithoutItsStore_isToldAndReportsGoOn() throws Exception {
        try (MqttTransport transport = online(builder())) {
            offer(new byte[] {1}, true);
            await().until(() -> listener.offers.size() == 1);

            broker.kill();
            await().until(() -> transport.state() == State.WAITING);
            broker.forget();
            broker.restart();
            await().until(() -> transport.state() == State.ONLINE);

            assertTrue(forgotten(), notices::toString);
            assertReportsArrive(transport);
            observer.close();
            observer = Observer.of(broker.plainUri(), "again-" + device);
            offer(new byte[] {2}, true);
            await().until(() -> listener.offers.contains(envelope(2)));
        }
    }

    @Test
    @Tag("slow")
    void broker_stoppedAndRestarted_offersMeanwhileAreKept() throws Exception {
        online(builder()).close();
        offer(new byte[] {9}, false);
        settle();

        broker.stop();
        broker.restart();

        try (MqttTransport transport = online(builder())) {
            await().until(() -> listener.offers.equals(List.of(envelope(9))));
            assertReportsArrive(transport);
        }
    }

    private boolean forgotten() {
        return notices.stream()
                .anyMatch(notice -> notice.startsWith("the broker no longer knows this device's session"));
    }

    /** Lets a broker write what it has; Mosquitto does so after a second. */
    private static void settle() {
        await().pollDelay(Duration.ofMillis(2500)).until(() -> true);
    }

    private void assertReportsArrive(MqttTransport transport) throws Exception {
        try (Observer again = Observer.of(broker.plainUri(), "reader-" + device)) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                send(transport, "id-" + i, new byte[] {'{', '}'});
                expected.add("id-" + i);
            }
            await().until(() -> again.on(report()).size() >= 5);
            assertEquals(
                    expected,
                    again.on(report()).stream()
                            .map(Observer.Seen::idempotencyKey)
                            .distinct()
                            .toList());
        }
    }

    private String report() {
        return "twinbank/" + device + "/report";
    }

    private static void send(MqttTransport transport, String id, byte[] json) throws Exception {
        transport
                .send(new Report(ReportKind.OUTCOME, id, json))
                .toCompletableFuture()
                .get(40, TimeUnit.SECONDS);
    }
}

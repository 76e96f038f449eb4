// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@Needs(Part.MOSQUITTO)
class MqttTransportIT {
    private static final String OFFER = "twinbank/gw-1/offer";
    private static final String COMMAND = "twinbank/gw-1/command";
    private static final String REPORT = "twinbank/gw-1/report";
    private static final String STATUS = "twinbank/gw-1/status";

    @TempDir
    Path folder;

    private TestPki pki;
    private MosquittoBroker broker;
    private Observer observer;
    private final RecordingListener listener = new RecordingListener(true);

    @BeforeEach
    void startBroker() throws Exception {
        pki = new TestPki("devices");
        broker = MosquittoBroker.start(folder, pki, pki.broker());
        observer = Observer.of(broker, "observer");
    }

    @AfterEach
    void stopBroker() throws Exception {
        observer.close();
        broker.close();
    }

    private MqttTransportBuilder transport() throws Exception {
        return MqttTransport.builder()
                .serverUri(broker.tlsUri())
                .deviceId("gw-1")
                .tls(pki.context(pki.device("gw-1")))
                .backoff(Duration.ofMillis(100), Duration.ofMillis(500));
    }

    @Test
    void start_retainedOfferOnTheBroker_isOfferedOnTheFirstConnection() throws Exception {
        observer.publish(OFFER, Topics.ENVELOPE, new byte[] {1, 2, 3}, true, 1);

        try (MqttTransport transport = transport().build()) {
            transport.start(listener);

            await().untilAsserted(() ->
                    assertEquals(List.of(new Offer.Envelope(new byte[] {1, 2, 3})), listener.offers));
            assertEquals(1, listener.online.get());
            assertTrue(listener.offline.isEmpty(), listener.offline::toString);
        }
    }

    @Test
    void start_commandPublished_isHeard() throws Exception {
        try (MqttTransport transport = transport().build()) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);

            observer.publish(COMMAND, Topics.COMMAND, new byte[] {4, 5}, false, 1);

            await().untilAsserted(() -> assertEquals(1, listener.commands.size()));
            assertArrayEquals(new byte[] {4, 5}, listener.commands.get(0));
            assertTrue(listener.offers.isEmpty(), listener.offers::toString);
        }
    }

    @Test
    void send_outcome_arrivesWithContentTypeAndIdempotencyKey() throws Exception {
        try (MqttTransport transport = transport().build()) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);

            send(transport, new Report(ReportKind.OUTCOME, "id-7", "{\"schema\":1}".getBytes(UTF_8)));

            await().until(() -> observer.on(REPORT).size() == 1);
            Observer.Seen report = observer.on(REPORT).get(0);
            assertEquals("{\"schema\":1}", report.text());
            assertEquals("id-7", report.idempotencyKey());
            assertEquals(Topics.REPORT, report.message().getProperties().getContentType());
            assertFalse(report.message().isRetained());
        }
    }

    @Test
    void close_afterBirth_statusIsRetainedAsOffline() throws Exception {
        try (MqttTransport transport = transport().willDelay(Duration.ZERO).build()) {
            transport.start(listener);
            await().until(() -> observer.on(STATUS).size() == 1);
            assertEquals(
                    "{\"schema\":1,\"online\":true}", observer.on(STATUS).get(0).text());
        }

        await().until(() -> observer.on(STATUS).size() == 2);
        assertEquals(
                "{\"schema\":1,\"online\":false}", observer.on(STATUS).get(1).text());
        try (Observer late = Observer.of(broker, "late")) {
            await().until(() -> late.on(STATUS).size() == 1);
            assertTrue(late.on(STATUS).get(0).message().isRetained());
            assertEquals(
                    "{\"schema\":1,\"online\":false}", late.on(STATUS).get(0).text());
        }
    }

    @Test
    void offer_publishedWhileOffline_arrivesAfterReconnecting() throws Exception {
        try (MqttTransport transport = transport().build()) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);
        }

        observer.publish(OFFER, Topics.ENVELOPE, new byte[] {7}, false, 1);
        assertTrue(listener.offers.isEmpty());

        try (MqttTransport transport = transport().build()) {
            transport.start(listener);
            await().until(() -> listener.offers.equals(List.of(new Offer.Envelope(new byte[] {7}))));
        }
    }

    @Test
    void offer_pointer_isOffered() throws Exception {
        String pointer = "{\"uri\":\"https://h/a\",\"size\":5,\"sha256\":\"" + "00".repeat(32) + "\"}";
        observer.publish(OFFER, Topics.POINTER, pointer.getBytes(UTF_8), true, 1);

        try (MqttTransport transport = transport().build()) {
            transport.start(listener);
            await().until(() ->
                    listener.offers.equals(List.of(new Offer.Pointer(URI.create("https://h/a"), 5, new byte[32]))));
        }
    }

    @Test
    void offer_killedBeforeItIsSettled_comesAgainUntilItIs() throws Exception {
        Offer offer = new Offer.Envelope(new byte[] {7});
        RecordingListener dies = new RecordingListener(false);
        try (TcpProxy proxy = new TcpProxy(broker.tlsPort());
                MqttTransport transport =
                        transport().serverUri("ssl://localhost:" + proxy.port()).build()) {
            transport.start(dies);
            await().until(() -> dies.online.get() == 1);
            observer.publish(OFFER, Topics.ENVELOPE, new byte[] {7}, false, 1);
            await().until(() -> dies.offers.equals(List.of(offer)));
            proxy.refuse(true);
            proxy.cut();
            await().until(() -> !dies.offline.isEmpty());
        }

        RecordingListener settles = new RecordingListener(true);
        try (MqttTransport transport = transport().build()) {
            transport.start(settles);
            await().until(() -> settles.offers.equals(List.of(offer)));
        }

        RecordingListener after = new RecordingListener(true);
        try (MqttTransport transport = transport().build()) {
            transport.start(after);
            await().until(() -> after.online.get() == 1);
            observer.publish(OFFER, Topics.ENVELOPE, new byte[] {8}, false, 1);
            await().until(() -> !after.offers.isEmpty());
            assertEquals(List.of(new Offer.Envelope(new byte[] {8})), after.offers);
        }
    }

    @Test
    void offer_malformedOrTooLarge_isAcknowledgedAndTheNextIsHeard() throws Exception {
        try (MqttTransport transport = transport().maxMessageBytes(1000).build()) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);
            for (int i = 0; i < 20; i++) {
                observer.publish(OFFER, "text/plain", new byte[] {1}, false, 1);
                observer.publish(OFFER, Topics.POINTER, new byte[] {'{'}, false, 1);
                observer.publish(OFFER, Topics.ENVELOPE, new byte[1001], false, 1);
            }
            // never sent: once only, for Mosquitto 2.0.11 counts it as unacknowledged for ever
            observer.publish(OFFER, Topics.ENVELOPE, new byte[200_000], false, 1);
            observer.publish(OFFER, Topics.ENVELOPE, new byte[] {7}, false, 1);

            await().until(() -> !listener.offers.isEmpty());
            assertEquals(List.of(new Offer.Envelope(new byte[] {7})), listener.offers);
        }
    }

    @Test
    void offers_floodWhileOneIsUnsettled_allComeInOrder() throws Exception {
        RecordingListener slow = new RecordingListener(false);
        try (MqttTransport transport = transport().build()) {
            transport.start(slow);
            await().until(() -> slow.online.get() == 1);
            for (int i = 0; i < 50; i++) {
                observer.publish(OFFER, Topics.ENVELOPE, new byte[] {9, 9, 9}, false, 0);
                observer.publish(OFFER, Topics.ENVELOPE, new byte[] {1, (byte) i}, false, 1);
            }
            await().until(() -> slow.offers.size() == 1);

            List<Offer> expected = IntStream.range(0, 50)
                    .<Offer>mapToObj(i -> new Offer.Envelope(new byte[] {1, (byte) i}))
                    .toList();
            await().pollInterval(Duration.ofMillis(1)).until(() -> {
                if (!slow.unsettled.isEmpty()) {
                    slow.unsettled.remove(0).run();
                }
                return slow.offers.containsAll(expected);
            });

            assertEquals(
                    expected,
                    slow.offers.stream()
                            .filter(offer -> ((Offer.Envelope) offer).bytes().length == 2)
                            .distinct()
                            .toList());
        }
    }

    @Test
    void broker_killedAndRestarted_reportSentMeanwhileIsDeliveredAfterwards() throws Exception {
        try (MqttTransport transport = transport().build()) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);
            observer.publish(OFFER, Topics.ENVELOPE, new byte[] {7}, true, 1);
            await().until(() -> listener.offers.size() == 1);
            Report report = new Report(ReportKind.OUTCOME, "id-9", "{\"id\":\"id-9\"}".getBytes(UTF_8));

            broker.stop();
            await().until(() -> !listener.offline.isEmpty());
            assertThrows(ExecutionException.class, () -> send(transport, report));
            broker.restart();
            await().until(() -> listener.online.get() == 2);

            try (Observer again = Observer.of(broker, "again")) {
                send(transport, report);
                send(transport, report);
                await().until(() -> again.on(REPORT).size() == 2);
                assertTrue(again.on(REPORT).stream()
                        .allMatch(seen -> seen.idempotencyKey().equals("id-9")
                                && seen.text().equals("{\"id\":\"id-9\"}")));
            }
            // once more if the broker died before it had read the acknowledgement
            await().until(() -> listener.offers.size() >= 2);
        }
    }

    @Test
    void broker_killedHard_connectionComesBack() throws Exception {
        try (MqttTransport transport = transport().build()) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);

            broker.kill();
            await().until(() -> listener.offline.size() >= 2);
            broker.restart();

            await().until(() -> listener.online.get() == 2);
            assertTrue(
                    listener.offline.get(listener.offline.size() - 1).contains("nothing listens"),
                    listener.offline::toString);
        }
    }

    @Test
    void send_burstOfAThousand_allArriveInOrder() throws Exception {
        try (MqttTransport transport = transport().build()) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                sent.add(transport
                        .send(new Report(ReportKind.OUTCOME, "id-" + i, new byte[300]))
                        .toCompletableFuture());
            }

            CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);

            await().until(() -> observer.on(REPORT).size() >= 1000);
            assertEquals(
                    IntStream.range(0, 1000).mapToObj(i -> "id-" + i).toList(),
                    observer.on(REPORT).stream()
                            .map(Observer.Seen::idempotencyKey)
                            .distinct()
                            .toList());
        }
    }

    private static void send(MqttTransport transport, Report report) throws Exception {
        transport.send(report).toCompletableFuture().get(40, TimeUnit.SECONDS);
    }
}

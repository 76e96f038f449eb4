// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(Part.MOSQUITTO)
class MqttTransportIT {
    private static final String OFFER = "twinbank/gw-1/offer";
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
    void send_outcome_arrivesWithContentTypeAndIdempotencyKey() throws Exception {
        try (MqttTransport transport = transport().build()) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);

            transport
                    .send(new Report(ReportKind.OUTCOME, "id-7", "{\"schema\":1}".getBytes(UTF_8)))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);

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
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Offer;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.mqtt.LinkFailure.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets and HTTP proxies on the way to a real broker. */
@Tag("slow")
@Needs({Part.MOSQUITTO, Part.TINYPROXY})
class LinkWayIT {
    @TempDir
    Path folder;

    private TestPki pki;
    private int webSocketPort;
    private MosquittoBroker broker;
    private TinyProxy proxy;
    private final RecordingListener listener = new RecordingListener(true);

    @BeforeEach
    void startBrokerAndProxy() throws Exception {
        pki = new TestPki("devices");
        webSocketPort = MosquittoBroker.freePort();
        broker = MosquittoBroker.start(
                folder,
                pki,
                pki.broker(),
                "listener " + webSocketPort + " 127.0.0.1",
                "protocol websockets",
                "cafile " + folder.resolve("ca.crt"),
                "certfile " + folder.resolve("broker.crt"),
                "keyfile " + folder.resolve("broker.key"),
                "require_certificate true",
                "tls_version tlsv1.3");
        await().until(() -> broker.accepts(webSocketPort));
        proxy = TinyProxy.start(folder, webSocketPort);
    }

    @AfterEach
    void stop() {
        proxy.close();
        broker.close();
    }

    private MqttTransportBuilder transport() throws Exception {
        return MqttTransport.builder()
                .serverUri("wss://localhost:" + webSocketPort + "/mqtt")
                .deviceId("gw-1")
                .tls(pki.context(pki.device("gw-1")))
                .proxy("localhost", proxy.port())
                .proxyCredentials(TinyProxy.USER, TinyProxy.PASSWORD.toCharArray())
                .backoff(Duration.ofMillis(100), Duration.ofMillis(500));
    }

    @Test
    void webSocketOverTlsThroughAProxy_largeMessages_comeThroughBothWays() throws Exception {
        byte[] large = new byte[70_000];
        new Random(1).nextBytes(large);
        try (MqttTransport transport = transport().build();
                Observer observer = Observer.of(broker, "observer")) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1 || !listener.offline.isEmpty());
            assertEquals(List.of(), listener.offline);

            for (int i = 0; i < 2; i++) {
                observer.publish(
                        "twinbank/gw-1/offer", Topics.ENVELOPE, Arrays.copyOf(large, large.length - i), false, 1);
            }
            await().until(() -> listener.offers.size() == 2);
            assertEquals(new Offer.Envelope(large), listener.offers.get(0));
            for (int i = 0; i < 2; i++) {
                transport
                        .send(new Report(ReportKind.OUTCOME, "id-" + i, large))
                        .toCompletableFuture()
                        .get(40, TimeUnit.SECONDS);
            }
            await().until(() -> observer.on("twinbank/gw-1/report").size() == 2);
            assertArrayEquals(
                    large, observer.on("twinbank/gw-1/report").get(1).message().getPayload());
            await().until(() -> transport.state() == MqttTransport.State.ONLINE);
        }
    }

    @Test
    @Tag("slow")
    void webSocket_idle_isKeptAlive() throws Exception {
        try (MqttTransport transport =
                transport().keepAlive(Duration.ofSeconds(1)).build()) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);

            await().pollDelay(Duration.ofMillis(3500)).until(() -> true);

            assertEquals(List.of(), listener.offline);
        }
    }

    @Test
    void tlsThroughAProxy_isOnline() throws Exception {
        proxy.close();
        proxy = TinyProxy.start(folder, broker.tlsPort());
        try (MqttTransport transport = transport()
                .serverUri(broker.tlsUri())
                .proxy("localhost", proxy.port())
                .build()) {
            transport.start(listener);

            await().until(() -> listener.online.get() == 1);
            assertEquals(List.of(), listener.offline);
        }
    }

    @Test
    void proxy_wrongPassword_wantsALogin() throws Exception {
        assertOffline(Kind.PROXY_LOGIN, transport().proxyCredentials(TinyProxy.USER, "wrong".toCharArray()));
    }

    @Test
    void proxy_portNotAllowed_refuses() throws Exception {
        assertOffline(Kind.PROXY_REFUSED, transport().serverUri(broker.tlsUri()));
    }

    @Test
    void proxy_brokerIsDown_saysThatItCannotReachIt() throws Exception {
        broker.kill();

        assertOffline(Kind.PROXY_FAILED, transport());
    }

    @Test
    void webSocket_brokerWithoutTls_saysSo() throws Exception {
        proxy.close();
        proxy = TinyProxy.start(folder, broker.plainPort());

        assertOffline(
                Kind.TLS,
                transport()
                        .serverUri("wss://localhost:" + broker.plainPort() + "/mqtt")
                        .proxy("localhost", proxy.port()));
    }

    private void assertOffline(Kind kind, MqttTransportBuilder builder) throws Exception {
        List<String> offline = new ArrayList<>();
        try (MqttTransport transport = builder.build()) {
            transport.start(listener);
            await().until(() -> !listener.offline.isEmpty());
            offline.addAll(listener.offline);
        }
        assertTrue(
                offline.get(0).startsWith(LinkFailure.of(kind, null).text()),
                () -> "found " + offline + ", expected " + kind);
    }
}

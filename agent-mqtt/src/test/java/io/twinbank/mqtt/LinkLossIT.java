// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links that are cut, half-open, silent or hostile; and the threads that they leave behind: none. */
@Tag("slow")
@Needs(Part.MOSQUITTO)
class LinkLossIT {
    private static final String STATUS = "twinbank/gw-1/status";
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(1);
    /** For a machine that has other work. */
    private static final Duration SLACK = Duration.ofMillis(1500);

    @TempDir
    Path folder;

    private TestPki pki;
    private MosquittoBroker broker;
    private TcpProxy proxy;
    private final RecordingListener listener = new RecordingListener(true);

    @BeforeEach
    void startBroker() throws Exception {
        assertEquals(List.of(), Threads.names());
        pki = new TestPki("devices");
        broker = MosquittoBroker.start(folder, pki, pki.broker());
        proxy = new TcpProxy(broker.tlsPort());
    }

    @AfterEach
    void stopBroker() throws Exception {
        proxy.close();
        broker.close();
        assertEquals(List.of(), Threads.names());
    }

    private MqttTransportBuilder transport() throws Exception {
        return MqttTransport.builder()
                .serverUri("ssl://localhost:" + proxy.port())
                .deviceId("gw-1")
                .tls(pki.context(pki.device("gw-1")))
                .keepAlive(KEEP_ALIVE)
                .willDelay(Duration.ofSeconds(1))
                .backoff(Duration.ofMillis(20), Duration.ofMillis(100));
    }

    @Test
    void cut_noWayBack_lastWillIsPublishedRetained() throws Exception {
        try (MqttTransport transport = transport().build();
                Observer observer = Observer.of(broker, "observer")) {
            transport.start(listener);
            await().until(() -> observer.on(STATUS).size() == 1);

            proxy.refuse(true);
            proxy.cut();

            await().until(() -> observer.on(STATUS).size() == 2);
            Observer.Seen will = observer.on(STATUS).get(1);
            assertEquals("{\"schema\":1,\"online\":false}", will.text());
            assertEquals(Topics.STATUS, will.message().getProperties().getContentType());
            assertEquals(1, will.message().getQos());
            try (Observer late = Observer.of(broker, "late")) {
                await().until(() -> late.on(STATUS).size() == 1);
                assertTrue(late.on(STATUS).get(0).message().isRetained());
                assertEquals(will.text(), late.on(STATUS).get(0).text());
            }
        }
    }

    @Test
    void cut_backWithinTheWillDelay_nobodySeesIt() throws Exception {
        try (MqttTransport transport =
                        transport().willDelay(Duration.ofMinutes(5)).build();
                Observer observer = Observer.of(broker, "observer")) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);
            await().until(() -> observer.on(STATUS).size() == 1);

            proxy.cut();

            await().until(() -> listener.online.get() == 2);
            await().until(() -> observer.on(STATUS).size() == 2);
            assertTrue(observer.on(STATUS).stream()
                    .allMatch(status -> status.text().contains("\"online\":true")));
        }
    }

    @Test
    void halfOpen_isNoticedByTheKeepAliveAndReportsUnderWayFail() throws Exception {
        try (MqttTransport transport = transport().build()) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);

            proxy.freeze();
            long frozen = System.nanoTime();
            CompletableFuture<Void> lost = transport
                    .send(new Report(ReportKind.OUTCOME, "id", "{}".getBytes(UTF_8)))
                    .toCompletableFuture();

            await().until(lost::isCompletedExceptionally);
            await().until(() -> !listener.offline.isEmpty());
            Duration noticed = Duration.ofNanos(System.nanoTime() - frozen);
            assertTrue(noticed.compareTo(KEEP_ALIVE.multipliedBy(2).plus(SLACK)) < 0, noticed::toString);
            assertTrue(
                    listener.offline
                            .get(0)
                            .startsWith(LinkFailure.of(LinkFailure.Kind.NO_ANSWER, null)
                                    .text()),
                    listener.offline::toString);
            proxy.thaw();
            proxy.cut();
            await().until(() -> listener.online.get() == 2);
        }
    }

    @Test
    void reconnect_twentyTimes_hasNoMoreThreadsThanOnce() throws Exception {
        try (MqttTransport transport = transport().build()) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);
            int threads = Threads.names().size();

            for (int i = 2; i <= 21; i++) {
                int online = i;
                proxy.cut();
                await().until(() -> listener.online.get() == online);
            }

            // Those of the last connection but one may still be ending.
            await().untilAsserted(() ->
                    assertTrue(Threads.names().size() <= threads, () -> threads + " before, now " + Threads.names()));
        }
        assertEquals(List.of(), Threads.names());
    }

    @Test
    void connect_failsOftenJustAfterTheHandshake_leavesNoThread() throws Exception {
        try (MqttTransport transport =
                transport().tls(pki.contextWithoutIdentity()).build()) {
            transport.start(listener);

            await().until(() -> proxy.accepted() >= 10);

            assertTrue(Threads.names().size() <= 12, Threads.names()::toString);
        }
        assertEquals(List.of(), Threads.names());
    }

    @Test
    void close_whileTheBrokerSaysNothing_leavesNoThread() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            MqttTransport secure = transport()
                    .serverUri("ssl://localhost:" + silent.getLocalPort())
                    .build();
            secure.start(listener);
            try (Socket handshaking = silent.accept()) {
                assertTrue(handshaking.getInputStream().read() >= 0);
                secure.close();
            }
            assertEquals(List.of(), Threads.names());

            MqttTransport plain = transport()
                    .serverUri("tcp://localhost:" + silent.getLocalPort())
                    .allowPlaintext(true)
                    .build();
            plain.start(listener);
            try (Socket connecting = silent.accept()) {
                assertTrue(connecting.getInputStream().read() >= 0);
                plain.close();
            }
        }
    }

    @Test
    void hostile_hugeLengthHead_endsTheLinkWithoutAllocating() throws Exception {
        assertHostile(
                new byte[] {0x30, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f}, "sent a packet of 268435455 bytes");
    }

    @Test
    void hostile_messageOfQosTwo_endsTheLink() throws Exception {
        assertHostile(new byte[] {0x34, 6, 0, 1, 'x', 0, 1, 0}, "of QoS 2");
    }

    @Test
    void hostile_packetThatIsNone_endsTheLink() throws Exception {
        assertHostile(new byte[] {0x32, 2, 0, 50}, "EOFException");
    }

    @Test
    void disconnected_serverMoved_goesThere() throws Exception {
        byte[] utf8 = ("localhost:" + broker.plainPort()).getBytes(UTF_8);
        byte[] disconnect = {
            (byte) 0xe0, (byte) (5 + utf8.length), (byte) 0x9d, (byte) (3 + utf8.length), 0x1c, 0, (byte) utf8.length
        };
        try (ServerSocket first = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                MqttTransport transport = transport()
                        .serverUri("tcp://localhost:" + first.getLocalPort())
                        .allowPlaintext(true)
                        .allowRedirect("localhost")
                        .build()) {
            transport.start(listener);
            try (Socket client = first.accept()) {
                readPacket(client);
                OutputStream out = client.getOutputStream();
                out.write(new byte[] {0x20, 3, 0, 0, 0});
                readPacket(client);
                out.write(disconnect);
                out.write(utf8);

                await().until(() -> transport.state() == MqttTransport.State.ONLINE);
            }
        }
        assertTrue(
                listener.offline.get(0).endsWith("; followed to tcp://localhost:" + broker.plainPort()),
                listener.offline::toString);
    }

    @Test
    void subscribe_refused_saysWhichSubscription() throws Exception {
        assertOffline(
                LinkFailure.Kind.NOT_AUTHORISED,
                new byte[] {(byte) 0x90, 4, 0, 1, 0, (byte) 0x87},
                "for subscribing to twinbank/gw-1/offer");
    }

    private void assertHostile(byte[] sent, String why) throws Exception {
        assertOffline(LinkFailure.Kind.PROTOCOL, sent, why);
    }

    /** A broker that accepts the session and answers the subscription with these bytes. */
    private void assertOffline(LinkFailure.Kind kind, byte[] sent, String why) throws Exception {
        try (ServerSocket hostile = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                MqttTransport transport = transport()
                        .serverUri("tcp://localhost:" + hostile.getLocalPort())
                        .allowPlaintext(true)
                        .build()) {
            transport.start(listener);
            try (Socket client = hostile.accept()) {
                readPacket(client);
                OutputStream out = client.getOutputStream();
                out.write(new byte[] {0x20, 3, 0, 0, 0});
                readPacket(client);
                out.write(sent);

                await().until(() -> !listener.offline.isEmpty());
            }
        }
        assertTrue(
                listener.offline.get(0).startsWith(LinkFailure.of(kind, null).text())
                        && listener.offline.get(0).contains(why),
                listener.offline::toString);
    }

    private static void readPacket(Socket client) throws IOException {
        client.getInputStream().read();
        int length = 0;
        int shift = 0;
        int next;
        do {
            next = client.getInputStream().read();
            length |= (next & 0x7f) << shift;
            shift += 7;
        } while ((next & 0x80) != 0);
        client.getInputStream().readNBytes(length);
    }
}

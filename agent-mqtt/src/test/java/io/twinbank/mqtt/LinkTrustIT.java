// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.mqtt.LinkFailure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator reads when the broker and the device don't trust each other. */
@Needs(Part.MOSQUITTO)
class LinkTrustIT {
    @TempDir
    Path folder;

    private TestPki pki;
    private final RecordingListener listener = new RecordingListener(true);
    private final List<String> notices = new CopyOnWriteArrayList<>();

    @BeforeEach
    void makeAuthority() throws Exception {
        pki = new TestPki("devices");
    }

    @Test
    void start_goodCertificates_isOnline() throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.broker());
                MqttTransport transport = transport(broker.tlsUri(), pki.context(pki.device("gw-1")))) {
            transport.start(listener);

            await().until(() -> listener.online.get() == 1);
            assertTrue(listener.offline.isEmpty(), listener.offline::toString);
        }
    }

    @Test
    void start_noClientCertificate_saysThatItIsMissing() throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.broker())) {
            assertOffline(Kind.OUR_CERTIFICATE_MISSING, broker.tlsUri(), pki.contextWithoutIdentity());
        }
    }

    @Test
    void start_expiredClientCertificate_saysSo() throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.broker())) {
            assertOffline(Kind.OUR_CERTIFICATE_EXPIRED, broker.tlsUri(), pki.context(pki.expiredDevice("gw-1")));
        }
    }

    @Test
    void start_clientCertificateOfAnotherAuthority_saysSo() throws Exception {
        TestPki.Identity stranger = new TestPki("strangers").device("gw-1");
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.broker())) {
            assertOffline(Kind.OUR_CERTIFICATE_UNKNOWN_CA, broker.tlsUri(), pki.context(stranger));
        }
    }

    @Test
    void start_expiredBrokerCertificate_saysSo() throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.expiredBroker())) {
            assertOffline(Kind.EXPIRED, broker.tlsUri(), pki.context(pki.device("gw-1")));
        }
    }

    @Test
    void start_brokerCertificateNotYetValid_asksForTheClock() throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.notYetValidBroker())) {
            assertOffline(Kind.NOT_YET_VALID, broker.tlsUri(), pki.context(pki.device("gw-1")));
        }
    }

    @Test
    void start_brokerCertificateOfAnotherAuthority_saysSo() throws Exception {
        TestPki.Identity stranger = new TestPki("strangers").broker();
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, stranger)) {
            assertOffline(Kind.UNKNOWN_CA, broker.tlsUri(), pki.context(pki.device("gw-1")));
        }
    }

    @Test
    void start_brokerCertificateOfAnotherHost_saysSo() throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.brokerOfAnotherHost())) {
            assertOffline(Kind.WRONG_HOST, broker.tlsUri(), pki.context(pki.device("gw-1")));
        }
    }

    @Test
    void start_brokerWithoutTls_saysSo() throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.broker())) {
            assertOffline(Kind.TLS, "ssl://localhost:" + broker.plainPort(), pki.context(pki.device("gw-1")));
        }
    }

    @Test
    void start_nothingListens_saysSo() throws Exception {
        assertOffline(Kind.REFUSED, "ssl://localhost:" + MosquittoBroker.freePort(), pki.contextWithoutIdentity());
    }

    @Test
    void start_wrongPassword_isNotAuthorised() throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.broker(), "allow_anonymous false");
                MqttTransport transport = MqttTransport.builder()
                        .serverUri(broker.plainUri())
                        .allowPlaintext(true)
                        .deviceId("gw-1")
                        .credentials("gw-1", "wrong".toCharArray())
                        .build()) {
            assertOffline(Kind.NOT_AUTHORISED, transport);
        }
    }

    @Test
    void send_accessListWithoutTheReportTopic_failsAsNotAuthorised() throws Exception {
        Path list = Files.writeString(folder.resolve("acl"), "topic read #\n");
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.broker(), "acl_file " + list);
                MqttTransport transport = transport(broker.tlsUri(), pki.context(pki.device("gw-1")))) {
            transport.start(listener);
            await().until(() -> listener.online.get() == 1);

            CompletableFuture<Void> sent = transport
                    .send(new Report(ReportKind.OUTCOME, "id", new byte[0]))
                    .toCompletableFuture();

            ExecutionException thrown = assertThrows(ExecutionException.class, () -> sent.get(40, TimeUnit.SECONDS));
            assertTrue(thrown.getMessage().contains("doesn't authorise this device"), thrown::getMessage);
            assertTrue(thrown.getMessage().contains("for publishing to twinbank/gw-1/report"), thrown::getMessage);
            assertTrue(listener.offline.isEmpty(), listener.offline::toString);
        }
    }

    @Test
    void start_filesRenewedWhileItRuns_usesThemAtTheNextConnection() throws Exception {
        TestPki.Identity expired = pki.expiredDevice("gw-1");
        Path certificate = TestPki.writeCertificate(expired, folder.resolve("device.pem"));
        Path key = TestPki.writeKey(expired, folder.resolve("device.key"));
        Path authority = pki.writeAuthority(folder.resolve("authority.pem"));
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.broker());
                MqttTransport transport = MqttTransport.builder()
                        .serverUri(broker.tlsUri())
                        .deviceId("gw-1")
                        .tls(TlsFiles.pem(authority, certificate, key))
                        .onNotice(notices::add)
                        .backoff(Duration.ofMillis(100), Duration.ofMillis(500))
                        .build()) {
            assertOffline(Kind.OUR_CERTIFICATE_EXPIRED, transport);
            assertTrue(notices.get(0).startsWith("this device's certificate expired at"), notices::toString);

            TestPki.Identity renewed = pki.device("gw-1");
            TestPki.writeCertificate(renewed, certificate);
            TestPki.writeKey(renewed, key);

            await().until(() -> listener.online.get() == 1);
            await().until(() -> notices.stream().anyMatch(notice -> notice.contains("within a day")));
        }
    }

    @Test
    void start_redirectedOverTls_isOnlineThere() throws Exception {
        try (MosquittoBroker broker = MosquittoBroker.start(folder, pki, pki.broker());
                SSLServerSocket first = redirecting("127.0.0.1", "localhost:" + broker.tlsPort());
                MqttTransport transport = redirected("localhost", first)) {
            transport.start(listener);

            await().until(() -> listener.online.get() == 1);
            assertTrue(
                    listener.offline.get(0).endsWith("; followed to ssl://localhost:" + broker.tlsPort()),
                    listener.offline::toString);
        }
    }

    @Test
    void start_redirectedToWhereTheCertificateIsNotFor_isWrongHost() throws Exception {
        try (SSLServerSocket second = redirecting("127.0.0.2", "127.0.0.2:1");
                SSLServerSocket first = redirecting("127.0.0.1", "127.0.0.2:" + second.getLocalPort());
                MqttTransport transport = redirected("127.0.0.2", first)) {
            transport.start(listener);

            await().until(() -> listener.offline.stream()
                    .anyMatch(why ->
                            why.startsWith(LinkFailure.of(Kind.WRONG_HOST, null).text())));
        }
    }

    private MqttTransport redirected(String allowed, SSLServerSocket first) throws Exception {
        return MqttTransport.builder()
                .serverUri("ssl://localhost:" + first.getLocalPort())
                .allowRedirect(allowed)
                .deviceId("gw-1")
                .tls(pki.context(pki.device("gw-1")))
                .backoff(Duration.ofMillis(100), Duration.ofMillis(500))
                .build();
    }

    /** A broker that sends everybody elsewhere, by CONNACK. */
    private SSLServerSocket redirecting(String address, String reference) throws Exception {
        SSLServerSocket server = (SSLServerSocket) pki.context(pki.broker())
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getByName(address));
        byte[] utf8 = reference.getBytes(UTF_8);
        byte[] head = {
            0x20, (byte) (6 + utf8.length), 0, (byte) 0x9c, (byte) (3 + utf8.length), 0x1c, 0, (byte) utf8.length
        };
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    client.getInputStream().read(new byte[1000]);
                    client.getOutputStream().write(head);
                    client.getOutputStream().write(utf8);
                    client.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // a client that doesn't trust us, or the end of the test
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private void assertOffline(Kind kind, String uri, SSLContext tls) throws Exception {
        try (MqttTransport transport = transport(uri, tls)) {
            assertOffline(kind, transport);
        }
    }

    private void assertOffline(Kind kind, MqttTransport transport) {
        transport.start(listener);

        await().until(() -> !listener.offline.isEmpty());
        String plain = LinkFailure.of(kind, null).text();
        assertTrue(
                listener.offline.get(0).startsWith(plain),
                () -> "found " + listener.offline + ", expected " + kind + ": " + plain);
        assertEquals(0, listener.online.get());
    }

    private static MqttTransport transport(String uri, SSLContext tls) {
        return MqttTransport.builder()
                .serverUri(uri)
                .deviceId("gw-1")
                .tls(tls)
                .backoff(Duration.ofMillis(100), Duration.ofMillis(500))
                .build();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static io.twinbank.mqtt.Patience.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.mqtt.LinkFailure.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
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

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;

import io.twinbank.mqtt.LinkFailure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way to the broker: addresses, proxies, and what each failure is called. */
class BrokerSocketTest {
    private final MqttLink.Events events = mock(MqttLink.Events.class);

    @Test
    void start_severalAddresses_triesAllOfThem() throws Exception {
        try (ServerSocket broker = listen()) {
            BrokerSocket socket = socket(
                    builder("tcp://broker.example:" + broker.getLocalPort()),
                    host -> addresses("127.0.0.9", "127.0.0.8", "127.0.0.1"));

            socket.start();

            assertFalse(socket.lostItsAddress());
            broker.accept().close();
            socket.kill();
        }
    }

    @Test
    void start_noneOfTheAddresses_saysWhy() throws Exception {
        BrokerSocket socket = socket(
                builder("tcp://broker.example:" + MosquittoBroker.freePort()),
                host -> addresses("127.0.0.9", "127.0.0.1"));

        assertEquals(Kind.REFUSED, failure(socket).kind());
    }

    @Test
    void start_again_asksForTheAddressesAnew() throws Exception {
        List<String> asked = new ArrayList<>();
        BrokerSocket.Resolver resolver = host -> {
            asked.add(host);
            throw new UnknownHostException(host);
        };
        MqttTransportBuilder builder = builder("tcp://broker.example");

        assertEquals(Kind.DNS, failure(socket(builder, resolver)).kind());
        assertEquals(Kind.DNS, failure(socket(builder, resolver)).kind());

        assertEquals(List.of("broker.example", "broker.example"), asked);
    }

    @Test
    void start_proxy_asksItForATunnelAndNeverResolvesTheBroker() throws Exception {
        try (ServerSocket proxy = listen()) {
            CompletableFuture<String> request = answer(proxy, "HTTP/1.1 200 Connection established\r\n\r\n");
            BrokerSocket socket = socket(
                    builder("tcp://broker.example:1884")
                            .proxy("proxy.example", proxy.getLocalPort())
                            .proxyCredentials("gw", "pä55".toCharArray()),
                    host -> {
                        assertEquals("proxy.example", host);
                        return addresses("127.0.0.1");
                    });

            socket.start();

            assertEquals(
                    "CONNECT broker.example:1884 HTTP/1.1\r\nHost: broker.example:1884\r\n"
                            + "Proxy-Authorization: Basic Z3c6cMOkNTU=\r\n\r\n",
                    request.get(10, TimeUnit.SECONDS));
            socket.kill();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "407 Proxy Authentication Required, PROXY_LOGIN",
        "401 Unauthorized, PROXY_LOGIN",
        "403 Forbidden, PROXY_REFUSED",
        "405 Method Not Allowed, PROXY_REFUSED",
        "502 Bad Gateway, PROXY_FAILED",
        "503 Service Unavailable, PROXY_FAILED",
        "504 Gateway Timeout, PROXY_FAILED"
    })
    void start_proxyRefuses_isClassifiedWithItsWords(String status, Kind kind) throws Exception {
        try (ServerSocket proxy = listen()) {
            answer(proxy, "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");

            LinkFailure failure = failure(socket(
                    builder("tcp://broker.example").proxy("localhost", proxy.getLocalPort()),
                    InetAddress::getAllByName));

            assertEquals(kind, failure.kind());
            assertTrue(failure.text().endsWith("(HTTP/1.1 " + status + ")"), failure::text);
        }
    }

    @Test
    void start_proxyIsNotThere_isNotTheBrokersFault() throws Exception {
        int port = MosquittoBroker.freePort();

        LinkFailure failure =
                failure(socket(builder("tcp://broker.example").proxy("localhost", port), InetAddress::getAllByName));

        assertEquals(Kind.PROXY_UNREACHABLE, failure.kind());
        assertTrue(failure.text().contains("localhost:" + port + ": Connection refused"), failure::text);
    }

    @Test
    void start_proxyThatIsNone_isProtocol() throws Exception {
        try (ServerSocket proxy = listen()) {
            answer(proxy, "220 mail.example ESMTP\r\n\r\n");

            LinkFailure failure = failure(socket(
                    builder("tcp://broker.example").proxy("localhost", proxy.getLocalPort()),
                    InetAddress::getAllByName));

            assertEquals(Kind.PROTOCOL, failure.kind());
            assertTrue(failure.text().contains("expected an HTTP answer, found \"220 mail"), failure::text);
        }
    }

    @Test
    void start_webSocketRefused_saysWhatWasAnswered() throws Exception {
        try (ServerSocket broker = listen()) {
            answer(broker, "HTTP/1.1 404 Not Found\r\n\r\n");

            LinkFailure failure = failure(
                    socket(builder("ws://localhost:" + broker.getLocalPort() + "/mqtt"), InetAddress::getAllByName));

            assertEquals(Kind.WEBSOCKET_REFUSED, failure.kind());
            assertTrue(failure.text().contains("HTTP/1.1 404 Not Found"), failure::text);
        }
    }

    @Test
    void start_filesThatCannotBeUsed_areNotTheBrokersFault() throws Exception {
        try (ServerSocket broker = listen()) {
            LinkFailure failure = failure(socket(
                    builder("ssl://localhost:" + broker.getLocalPort()).tls(notice -> {
                        throw new IOException("can't read /etc/twinbank/device.key");
                    }),
                    InetAddress::getAllByName));

            assertEquals(Kind.OUR_FILES, failure.kind());
            assertTrue(failure.text().contains("can't read /etc/twinbank/device.key"), failure::text);
        }
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    }

    private static InetAddress[] addresses(String... addresses) throws UnknownHostException {
        InetAddress[] found = new InetAddress[addresses.length];
        for (int i = 0; i < addresses.length; i++) {
            found[i] = InetAddress.getByName(addresses[i]);
        }
        return found;
    }

    /** Answers the first request, and gives it. */
    private static CompletableFuture<String> answer(ServerSocket server, String answer) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                Socket client = server.accept();
                StringBuilder request = new StringBuilder();
                while (request.indexOf("\r\n\r\n") < 0) {
                    request.append((char) client.getInputStream().read());
                }
                client.getOutputStream().write(answer.getBytes(ISO_8859_1));
                return request.toString();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static MqttTransportBuilder builder(String uri) {
        return MqttTransport.builder().serverUri(uri).allowPlaintext(true).deviceId("gw-1");
    }

    private BrokerSocket socket(MqttTransportBuilder builder, BrokerSocket.Resolver resolver) {
        MqttConfig config = builder.config();
        return new BrokerSocket(config, config.server(), events, resolver);
    }

    private static LinkFailure failure(BrokerSocket socket) {
        return LinkFailure.of(assertThrows(IOException.class, socket::start));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.HttpPayloads;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.PayloadSource.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpProxyTest {
    private static final String TAG = "\"v1\"";
    private static final String SECRET = "s3cret";

    @TempDir
    static Path folder;

    private static TestKeys keys;

    private final byte[] payload = new byte[100_000];
    private TunnelProxy proxy;
    private RawServer server;

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = new TestKeys(folder);
        keys.make("server", "client");
    }

    @BeforeEach
    void start() throws Exception {
        new SplittableRandom(1).nextBytes(payload);
        proxy = new TunnelProxy();
        server = new RawServer(keys.context(List.of("server"), "client"), "TLSv1.3", (request, out) -> {
            if (request.path().equals("/moved")) {
                RawServer.head(out, "302 x", "Location: " + server.uri("/image"), "Content-Length: 0");
            } else {
                RawServer.serve(payload, TAG, request, out);
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        proxy.close();
    }

    @Test
    void read_https_everyRequestGoesThroughATunnelWithTheUser() throws Exception {
        PayloadSource source = builder()
                .proxy("localhost", proxy.port(), "device", SECRET.toCharArray())
                .rangeBytes(60_000)
                .build();

        assertArrayEquals(payload, read(source, server.uri("/moved"), 0));

        String authority = "localhost:" + server.uri("/").getPort();
        String user = Base64.getEncoder().encodeToString(("device:" + SECRET).getBytes(StandardCharsets.UTF_8));
        String head = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority
                + "\r\nUser-Agent: twinbank\r\nProxy-Authorization: Basic " + user + "\r\n\r\n";
        assertEquals(List.of(head, head, head, head), proxy.heads, "two ranges, each with its redirect");
        assertEquals(4, server.requests.size());
        assertTrue(server.requests.stream().noneMatch(each -> each.headers().containsKey("proxy-authorization")));
    }

    /** Where there is a proxy, the device's own name service often knows nothing. */
    @Test
    void read_hostThatOnlyTheProxyKnows_isAskedForByName() throws Exception {
        proxy.answers("HTTP/1.1 502 Bad Gateway\r\n\r\n");
        PayloadSource source = builder().proxy("localhost", proxy.port()).build();

        String message = refusal(source, URI.create("https://updates.invalid/image"));

        assertTrue(proxy.heads.get(0).startsWith("CONNECT updates.invalid:443 HTTP/1.1\r\n"), proxy.heads.get(0));
        assertFalse(proxy.heads.get(0).contains("Proxy-Authorization"));
        assertEquals(
                "proxy localhost:" + proxy.port() + " refuses to connect to updates.invalid:443 with status 502: "
                        + "it can't reach the host, or is in trouble itself",
                message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "407 x | Basic | false | it wants a user and a password; HttpPayloads.proxy takes them",
                "407 x | Basic | true | it doesn't accept the user or the password; correct those in its configuration",
                "407 x | Digest | true | it wants authentication by Digest, and only Basic is spoken",
                "403 x | | true | its rules forbid it; allow the host and port in its configuration",
                "503 x | | true | it can't reach the host, or is in trouble itself",
                "302 x | | true | expected 200",
            })
    void read_proxyRefuses_isRetriedAndSaysWhatToDo(String status, String wants, boolean user, String why)
            throws IOException {
        proxy.answers("HTTP/1.1 " + status + "\r\n"
                + (wants == null ? "" : "Proxy-Authenticate: " + wants + " realm=\"x\"\r\n") + "\r\n");
        HttpPayloads builder = user
                ? builder().proxy("localhost", proxy.port(), "device", SECRET.toCharArray())
                : builder().proxy("localhost", proxy.port());

        String message = refusal(builder.build(), server.uri("/image"));

        assertTrue(message.endsWith(": " + why), message);
        assertFalse(message.contains(SECRET));
        assertFalse(message.contains("device"));
        assertEquals(List.of(), server.requests);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"SSH-2.0-x; doesn't speak HTTP", "HTTP/1.1 2000 x; doesn't speak HTTP"})
    void read_proxyThatIsNone_isATrouble(String line, String what) throws Exception {
        proxy.answers(line + "\r\n\r\n");

        assertTrue(trouble().contains("proxy localhost:" + proxy.port() + " " + what));
    }

    @Test
    void read_proxyWithAnEndlessHead_isATrouble() throws Exception {
        proxy.answers("HTTP/1.1 200 x\r\nX: " + "y".repeat(20_000) + "\r\n\r\n");

        assertTrue(trouble().contains("a head of more than 16384 bytes"));
    }

    @Test
    void read_proxyCloses_isATrouble() throws Exception {
        proxy.answers("HTTP/1.1 407 x\r\n");

        assertTrue(trouble().contains("closed the connection instead of an answer"));
    }

    @Test
    void read_noProxy_isATroubleThatNamesIt() throws Exception {
        proxy.close();

        assertTrue(trouble().contains("no connection to proxy localhost:" + proxy.port()));
        assertEquals(List.of(), server.requests);
    }

    @Test
    void close_whileTheProxyIsSilent_endsIt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PayloadSource source = builder()
                    .readTimeout(Duration.ofDays(1))
                    .proxy("localhost", silent.getLocalPort())
                    .build();
            PayloadSource.Stream stream =
                    source.open(new Request(server.uri("/image"), 0, payload.length, Optional.empty()));
            CompletableFuture<Boolean> reading = CompletableFuture.supplyAsync(() -> {
                try {
                    stream.read(ByteBuffer.allocate(10));
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
            try (Socket accepted = silent.accept()) {
                assertTrue(accepted.getInputStream().read() >= 0);

                stream.close();

                assertTrue(reading.get());
            }
        }
    }

    @Test
    void read_silentProxy_isATroubleAfterAWhile() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PayloadSource source = builder()
                    .readTimeout(Duration.ofMillis(50))
                    .proxy("localhost", silent.getLocalPort())
                    .build();

            IOException trouble = assertThrows(IOException.class, () -> read(source, server.uri("/image"), 0));

            assertTrue(String.valueOf(trouble.getMessage()).contains("didn't answer within 50 ms"), trouble.toString());
        }
    }

    @Test
    void read_plainHttp_goesThroughTheProxyToo() throws Exception {
        try (RawServer plainProxy = new RawServer((request, out) -> RawServer.serve(payload, TAG, request, out))) {
            PayloadSource source = HttpPayloads.builder()
                    .allowHttp(true)
                    .proxy("localhost", plainProxy.uri("/").getPort(), "device", SECRET.toCharArray())
                    .build();

            assertArrayEquals(
                    Arrays.copyOfRange(payload, 5, payload.length),
                    read(source, URI.create("http://updates.invalid/image"), 5));

            RawServer.Request asked = plainProxy.requests.get(0);
            assertEquals("http://updates.invalid/image", asked.path());
            assertTrue(asked.headers().get("proxy-authorization").startsWith("Basic "));
        }
    }

    @Test
    void read_plainHttpAndTheProxyWantsAUser_saysSo() throws Exception {
        try (RawServer plainProxy = new RawServer((request, out) ->
                RawServer.head(out, "407 x", "Proxy-Authenticate: Basic realm=\"x\"", "Content-Length: 0"))) {
            PayloadSource source = HttpPayloads.builder()
                    .allowHttp(true)
                    .proxy("localhost", plainProxy.uri("/").getPort())
                    .build();

            assertTrue(refusal(source, URI.create("http://updates.invalid/image"))
                    .endsWith("it wants a user and a password; HttpPayloads.proxy takes them"));
        }
    }

    @Test
    void read_processHasAProxy_goesThroughItUnlessAnotherIsSet() throws Exception {
        ProxySelector before = ProxySelector.getDefault();
        ProxySelector.setDefault(ProxySelector.of(new InetSocketAddress("localhost", proxy.port())));
        try (TunnelProxy own = new TunnelProxy()) {
            assertArrayEquals(payload, read(builder().build(), server.uri("/image"), 0));
            assertEquals(1, proxy.heads.size());

            read(builder().proxy("localhost", own.port()).build(), server.uri("/image"), 0);
            assertEquals(1, proxy.heads.size());
            assertEquals(1, own.heads.size());
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void proxy_always_wipesThePassword() {
        char[] good = SECRET.toCharArray();
        char[] bad = SECRET.toCharArray();

        builder().proxy("localhost", 1, "device", good);
        assertThrows(IllegalArgumentException.class, () -> builder().proxy("localhost", 1, "a:b", bad));

        assertTrue(new String(good).isBlank());
        assertTrue(new String(bad).isBlank());
    }

    @Test
    void proxy_nonsense_isRefused() {
        HttpPayloads builder = builder();

        assertThrows(IllegalArgumentException.class, () -> builder.proxy("", 1));
        assertThrows(IllegalArgumentException.class, () -> builder.proxy("http://a", 1));
        assertThrows(IllegalArgumentException.class, () -> builder.proxy("a", 0));
        assertThrows(IllegalArgumentException.class, () -> builder.proxy("a", 65_536));
        assertThrows(IllegalArgumentException.class, () -> builder.proxy("a", 1, "", new char[0]));
        assertThrows(IllegalArgumentException.class, () -> builder.proxy("a", 1, "b", "c\r\nd".toCharArray()));
    }

    private HttpPayloads builder() {
        try {
            return HttpPayloads.builder().sslContext(keys.context(List.of("client"), "server"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private byte[] read(PayloadSource source, URI uri, long offset) throws IOException {
        try (PayloadSource.Stream stream = source.open(new Request(uri, offset, payload.length, Optional.of(TAG)))) {
            return HttpSourceTest.drain(stream);
        }
    }

    private String trouble() {
        PayloadSource source = builder().proxy("localhost", proxy.port()).build();
        IOException trouble = assertThrows(IOException.class, () -> read(source, server.uri("/image"), 0));
        assertFalse(trouble instanceof PayloadException);
        return String.valueOf(trouble.getMessage());
    }

    private String refusal(PayloadSource source, URI uri) {
        PayloadException refusal = assertThrows(PayloadException.class, () -> read(source, uri, 0));
        assertEquals(PayloadException.Kind.RETRY, refusal.kind(), refusal.getMessage());
        return String.valueOf(refusal.getMessage());
    }
}

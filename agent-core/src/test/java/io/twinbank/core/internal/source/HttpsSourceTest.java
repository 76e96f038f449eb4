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
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpsSourceTest {
    private static final String TAG = "\"v1\"";

    @TempDir
    static Path folder;

    private static TestKeys keys;

    private final byte[] payload = new byte[300_000];

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = new TestKeys(folder);
        keys.make("server", "other", "client", "stranger");
    }

    @BeforeEach
    void fill() {
        new SplittableRandom(1).nextBytes(payload);
    }

    @Test
    void read_mutualAuthentication_resumesAtAnOffset() throws Exception {
        try (RawServer server = server("server", "TLSv1.3");
                PayloadSource.Stream stream = open(server, context(List.of("client"), "server"), 99_999)) {
            assertArrayEquals(Arrays.copyOfRange(payload, 99_999, payload.length), HttpSourceTest.drain(stream));
        }
    }

    @Test
    void turnTo_manyRanges_shakesHandsOnce() throws Exception {
        try (RawServer server = new RawServer(
                        context(List.of("server"), "client"),
                        "TLSv1.3",
                        (request, out) -> RawServer.serveOn(payload, TAG, request, out));
                PayloadSource.Stream stream = open(server, context(List.of("client"), "server"), 0)) {
            server.requestsEach = Integer.MAX_VALUE;
            for (int from = 0; from < 20_000; from += 1000) {
                assertTrue(stream.turnTo(from, from + 50));
                assertArrayEquals(Arrays.copyOfRange(payload, from, from + 50), HttpSourceTest.drain(stream));
            }

            assertEquals(20, server.requests.size());
            assertEquals(1, server.connections());
        }
    }

    @Test
    void date_ofAServerThatProvedWhoItIs_isWhatItSays() throws Exception {
        SSLContext trusting = context(List.of("client"), "server");
        try (RawServer server = new RawServer(
                        context(List.of("server"), "client"),
                        "TLSv1.3",
                        (request, out) -> RawServer.head(
                                out, "200 OK", "Date: Tue, 15 Nov 2033 12:45:27 GMT", "Content-Length: 0"));
                PayloadSource.Stream stream = open(server, trusting, 0)) {
            HttpSourceTest.drain(stream);

            assertEquals(Optional.of(Instant.parse("2033-11-15T12:45:27Z")), stream.date());
        }
    }

    @Test
    void read_redirectToPlainHttp_isFinal() throws Exception {
        SSLContext trusting = context(List.of("client"), "server");
        try (RawServer server = new RawServer(
                        context(List.of("server"), "client"),
                        "TLSv1.3",
                        (request, out) ->
                                RawServer.head(out, "302 x", "Location: http://localhost/image", "Content-Length: 0"));
                PayloadSource.Stream stream = open(server, trusting, 0)) {
            PayloadException refusal = assertThrows(PayloadException.class, () -> HttpSourceTest.drain(stream));
            assertEquals(PayloadException.Kind.FINAL, refusal.kind());
        }
    }

    @Test
    void read_otherHostName_isRefusedWhateverTheProcessAllows() throws Exception {
        HostnameVerifier before = HttpsURLConnection.getDefaultHostnameVerifier();
        HttpsURLConnection.setDefaultHostnameVerifier((host, session) -> true);

        IOException trouble;
        try {
            trouble = trouble("other", "TLSv1.3", context(List.of("client"), "other"));
        } finally {
            HttpsURLConnection.setDefaultHostnameVerifier(before);
        }

        assertTrue(trouble instanceof SSLException, trouble.toString());
        assertTrue(String.valueOf(trouble.getMessage()).contains("localhost"), trouble.getMessage());
    }

    @Test
    void read_serverIsNotTrusted_isRefused() throws Exception {
        assertTrue(trouble("server", "TLSv1.3", context(List.of("client"), "stranger")) instanceof SSLException);
    }

    @Test
    void read_clientCertificateMissingOrUnknown_isRefused() throws Exception {
        assertFalse(trouble("server", "TLSv1.3", context(List.of(), "server")) instanceof PayloadException);
        assertFalse(trouble("server", "TLSv1.3", context(List.of("stranger"), "server")) instanceof PayloadException);
    }

    @Test
    void read_olderProtocol_isRefused() throws Exception {
        assertTrue(trouble("server", "TLSv1.2", context(List.of("client"), "server")) instanceof SSLException);
    }

    @Test
    void close_whileAReadBlocks_endsIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer server = new RawServer(context(List.of("server"), "client"), "TLSv1.3", (request, out) -> {
            RawServer.head(out, "200 OK", "Transfer-Encoding: chunked");
            out.write(new byte[] {'1', '\r', '\n', 'x', '\r', '\n'});
            out.flush();
            await(over);
        })) {
            PayloadSource.Stream stream = open(server, context(List.of("client"), "server"), 0);
            CompletableFuture<Integer> reading = CompletableFuture.supplyAsync(() -> readAll(stream, begun));
            begun.await();

            stream.close();

            assertEquals(1, reading.get());
            over.countDown();
        }
    }

    @Test
    void close_duringTheHandshake_endsIt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PayloadSource.Stream stream = HttpPayloads.builder()
                    .build()
                    .open(new PayloadSource.Request(
                            URI.create("https://localhost:" + silent.getLocalPort() + "/"), 0, 1, Optional.empty()));
            CompletableFuture<Integer> reading =
                    CompletableFuture.supplyAsync(() -> readAll(stream, new CountDownLatch(1)));
            try (Socket accepted = silent.accept()) {
                assertTrue(accepted.getInputStream().read() >= 0, "the client says hello");

                stream.close();

                assertEquals(0, reading.get());
            }
        }
    }

    private static int readAll(PayloadSource.Stream stream, CountDownLatch begun) {
        ByteBuffer dst = ByteBuffer.allocate(100);
        try {
            while (stream.read(dst) >= 0) {
                begun.countDown();
            }
        } catch (IOException closed) {
            return dst.position();
        }
        return dst.position();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private IOException trouble(String serverKey, String protocol, SSLContext context) throws Exception {
        try (RawServer server = server(serverKey, protocol);
                PayloadSource.Stream stream = open(server, context, 0)) {
            IOException trouble = assertThrows(IOException.class, () -> HttpSourceTest.drain(stream));
            assertEquals(List.of(), server.requests);
            return trouble;
        }
    }

    private RawServer server(String key, String protocol) throws Exception {
        return new RawServer(
                context(List.of(key), "client"),
                protocol,
                (request, out) -> RawServer.serve(payload, TAG, request, out));
    }

    private static SSLContext context(List<String> own, String... trusted) throws Exception {
        return keys.context(own, trusted);
    }

    private PayloadSource.Stream open(RawServer server, SSLContext context, long offset) throws IOException {
        return HttpPayloads.builder()
                .sslContext(context)
                .build()
                .open(new PayloadSource.Request(server.uri("/image"), offset, payload.length, Optional.of(TAG)));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.HttpPayloads;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadException.Kind;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.PayloadSource.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSourceTest {
    private static final String TAG = "\"v1\"";

    private final byte[] payload = new byte[300_000];
    private final PayloadSource source = HttpPayloads.builder().allowHttp(true).build();
    private RawServer.Handler handler = (request, out) -> RawServer.serve(payload, TAG, request, out);
    private RawServer server;

    @BeforeEach
    void start() throws IOException {
        new SplittableRandom(1).nextBytes(payload);
        server = new RawServer((request, out) -> handler.answer(request, out));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void read_wholePayload_isCompleteAndLeavesNoThread() throws IOException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        try (PayloadSource.Stream stream = open(0, Optional.empty())) {
            assertArrayEquals(payload, drain(stream));
            assertEquals(Optional.of(TAG), stream.validator());
            assertEquals(OptionalLong.of(payload.length), stream.sizeBytes());
        }
        Map<String, String> asked = server.requests.get(0).headers();
        assertEquals("identity", asked.get("accept-encoding"));
        assertEquals("close", asked.get("connection"));
        assertFalse(asked.containsKey("range"));
        assertFalse(Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().contains("Keep-Alive") && !before.contains(each)));
    }

    @Test
    void read_intoADirectBuffer_isTheSame() throws IOException {
        ByteBuffer direct = ByteBuffer.allocateDirect(payload.length);

        try (PayloadSource.Stream stream = open(0, Optional.empty())) {
            while (direct.hasRemaining()) {
                assertTrue(stream.read(direct) > 0);
            }
        }

        assertEquals(ByteBuffer.wrap(payload), direct.flip());
    }

    @Test
    void read_atAnOffset_asksForARangeOfTheSameVersion() throws IOException {
        try (PayloadSource.Stream stream = open(123_457, Optional.of(TAG))) {
            assertArrayEquals(Arrays.copyOfRange(payload, 123_457, payload.length), drain(stream));
            assertEquals(OptionalLong.of(payload.length), stream.sizeBytes());
        }
        Map<String, String> asked = server.requests.get(0).headers();
        assertEquals("bytes=123457-", asked.get("range"));
        assertEquals(TAG, asked.get("if-range"));
    }

    /** Anybody on the way may have written it. */
    @Test
    void date_byPlainHttp_isNotBelieved() throws IOException {
        handler = (request, out) ->
                RawServer.head(out, "200 OK", "Date: Tue, 15 Nov 2033 12:45:27 GMT", "Content-Length: 0");

        try (PayloadSource.Stream stream = open(0, Optional.empty())) {
            drain(stream);

            assertEquals(Optional.empty(), stream.date());
        }
    }

    @Test
    void read_rangeBeginsElsewhere_isFinal() throws IOException {
        handler = (request, out) ->
                RawServer.head(out, "206 Partial Content", "Content-Range: bytes 0-9/300000", "Content-Length: 10");

        assertTrue(refusal(Kind.FINAL, 5, Optional.empty())
                .contains("asked for bytes from 5, got range 'bytes 0-9/300000'"));
    }

    @Test
    void read_rangeWithoutContentRange_isFinal() throws IOException {
        handler = (request, out) -> RawServer.head(out, "206 Partial Content", "Content-Length: 0");

        refusal(Kind.FINAL, 5, Optional.empty());
    }

    @Test
    void read_rangeOfALargerPayload_tellsItsSize() throws IOException {
        handler = (request, out) -> {
            RawServer.head(out, "206 Partial Content", "Content-Range: bytes 5-5/400000", "Content-Length: 1");
            out.write(7);
        };

        try (PayloadSource.Stream stream = open(5, Optional.empty())) {
            assertEquals(1, drain(stream).length);
            assertEquals(OptionalLong.of(400_000), stream.sizeBytes());
        }
    }

    @Test
    void read_wholeAnswerOfAnotherVersion_isChanged() throws IOException {
        handler = (request, out) -> RawServer.serve(payload, "\"v2\"", request, out);

        assertTrue(refusal(Kind.CHANGED, 5, Optional.of(TAG)).contains("is \"v2\", was \"v1\""));
    }

    @Test
    void read_wholeAnswerWithoutAVersion_isChanged() throws IOException {
        handler = (request, out) -> RawServer.head(out, "200 OK", "Content-Length: 300000");

        refusal(Kind.CHANGED, 5, Optional.of(TAG));
        refusal(Kind.CHANGED, 5, Optional.empty());
    }

    @Test
    void read_rangeOfAnotherVersionFromAServerThatIgnoresIfRange_isChanged() throws IOException {
        handler = (request, out) ->
                RawServer.head(out, "206 Partial Content", "ETag: \"v2\"", "Content-Range: bytes 5-299999/300000");

        refusal(Kind.CHANGED, 5, Optional.of(TAG));
    }

    @Test
    void read_wholeAnswerOfTheSameVersion_skipsToTheOffset() throws IOException {
        handler = (request, out) -> {
            RawServer.head(out, "200 OK", "ETag: " + TAG, "Content-Length: 300000");
            out.write(payload);
        };

        try (PayloadSource.Stream stream = open(99_999, Optional.of(TAG))) {
            assertArrayEquals(Arrays.copyOfRange(payload, 99_999, payload.length), drain(stream));
        }
    }

    @Test
    void read_beyondTheEnd_endsAndTellsTheSize() throws IOException {
        handler = (request, out) ->
                RawServer.head(out, "416 Range Not Satisfiable", "Content-Range: bytes */1234", "Content-Length: 0");

        try (PayloadSource.Stream stream = open(5000, Optional.of(TAG))) {
            assertEquals(0, drain(stream).length);
            assertEquals(OptionalLong.of(1234), stream.sizeBytes());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "ETag: \"a\"; Content-Type: x/y; \"a\"",
                "ETag: W/\"a\"; Content-Type: x/y; ",
                "ETag: unquoted; Content-Type: x/y; ",
                "Last-Modified: Tue, 15 Nov 1994 12:45:26 GMT; Date: Tue, 15 Nov 1994 12:45:27 GMT; Tue, 15 Nov 1994 12:45:26 GMT",
                "Last-Modified: Tue, 15 Nov 1994 12:45:26 GMT; Date: Tue, 15 Nov 1994 12:45:26 GMT; ",
                "Last-Modified: yesterday; Date: Tue, 15 Nov 1994 12:45:26 GMT; ",
            })
    void validator_onlyWhereItIsStrong(String header, String other, String expected) throws IOException {
        handler = (request, out) -> {
            RawServer.head(out, "200 OK", header, other, "Content-Length: 1");
            out.write(1);
        };

        try (PayloadSource.Stream stream = open(0, Optional.empty())) {
            drain(stream);
            assertEquals(Optional.ofNullable(expected), stream.validator());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 205, 300, 304, 400, 401, 403, 404, 405, 407, 410, 451})
    void read_statusThatStays_isFinal(int status) throws IOException {
        handler = (request, out) -> RawServer.head(out, status + " x", "Content-Length: 0");

        assertTrue(refusal(Kind.FINAL, 0, Optional.empty()).endsWith("status " + status));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
    void read_statusThatPasses_isRetried(int status) throws IOException {
        handler = (request, out) -> RawServer.head(out, status + " x", "Content-Length: 0");

        refusal(Kind.RETRY, 0, Optional.empty());
    }

    @Test
    void read_contentCoding_isFinal() throws IOException {
        handler = (request, out) -> RawServer.head(out, "200 OK", "Content-Encoding: gzip", "Content-Length: 0");

        assertTrue(refusal(Kind.FINAL, 0, Optional.empty()).contains("content coding 'gzip'"));
    }

    @Test
    void read_redirectsOnTheSameHost_areFollowed() throws IOException {
        handler = (request, out) -> {
            switch (request.path()) {
                case "/image" -> RawServer.head(out, "302 Found", "Location: /a", "Content-Length: 0");
                case "/a" -> RawServer.head(out, "307 x", "Location: " + server.uri("/b"), "Content-Length: 0");
                case "/b" -> RawServer.head(out, "308 x", "Location: c", "Content-Length: 0");
                default -> RawServer.serve(payload, TAG, request, out);
            }
        };

        try (PayloadSource.Stream stream = open(5, Optional.of(TAG))) {
            assertEquals(payload.length - 5, drain(stream).length);
        }
        assertEquals("bytes=5-", server.requests.get(3).headers().get("range"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://elsewhere.example/image",
                "http://user:secret@localhost/image",
                "file:///etc/passwd",
                "/image",
                ":",
                ""
            })
    void read_otherRedirects_areFinal(String location) throws IOException {
        handler = (request, out) -> RawServer.head(out, "301 x", "Location: " + location, "Content-Length: 0");

        String message = refusal(Kind.FINAL, 0, Optional.empty());

        assertFalse(message.contains("secret"));
        assertTrue(server.requests.size() <= 4);
    }

    @Test
    void open_plainHttpByDefault_isFinal() {
        PayloadSource careful = HttpPayloads.builder().build();
        Request request = new Request(server.uri("/image"), 0, payload.length, Optional.empty());

        PayloadException refusal = assertThrows(PayloadException.class, () -> careful.open(request));

        assertEquals(Kind.FINAL, refusal.kind());
        assertTrue(refusal.getMessage().contains("plain HTTP isn't allowed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://user:secret@localhost/image", "https:/image", "https:image"})
    void open_addressWithoutHostOrWithPassword_isFinal(String address) {
        Request request = new Request(URI.create(address), 0, 1, Optional.empty());

        PayloadException refusal = assertThrows(PayloadException.class, () -> source.open(request));

        assertEquals(Kind.FINAL, refusal.kind());
        assertFalse(refusal.getMessage().contains("secret"));
    }

    @Test
    void serves_itsSchemesOnly() {
        assertTrue(source.serves(URI.create("HTTPS://x/y")));
        assertTrue(source.serves(URI.create("http://x/y")));
        assertFalse(source.serves(URI.create("file:/x")));
        assertFalse(source.serves(URI.create("#integrated")));
    }

    @Test
    void read_silentServer_timesOut() throws IOException {
        handler = (request, out) -> server.sulk();
        PayloadSource impatient = HttpPayloads.builder()
                .allowHttp(true)
                .readTimeout(Duration.ofMillis(50))
                .build();

        try (PayloadSource.Stream stream = impatient.open(request(0, Optional.empty()))) {
            assertThrows(SocketTimeoutException.class, () -> drain(stream));
        }
    }

    @Test
    void read_connectionCutInTheMiddle_isTroubleBehindWhatCame() throws IOException {
        handler = (request, out) -> {
            RawServer.head(out, "200 OK", "Content-Length: 300000");
            out.write(payload, 0, 1000);
        };
        ByteBuffer dst = ByteBuffer.allocate(payload.length);

        try (PayloadSource.Stream stream = open(0, Optional.empty())) {
            IOException cut = assertThrows(IOException.class, () -> {
                while (stream.read(dst) >= 0) {}
            });
            assertFalse(cut instanceof PayloadException);
            assertEquals(OptionalLong.of(payload.length), stream.sizeBytes());
        }

        assertEquals(1000, dst.position());
    }

    @Test
    void read_chunkedAnswer_hasNoDeclaredSize() throws IOException {
        handler = (request, out) -> {
            RawServer.head(out, "200 OK", "Transfer-Encoding: chunked");
            out.write("3\r\nabc\r\n0\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        };

        try (PayloadSource.Stream stream = open(0, Optional.empty())) {
            assertArrayEquals("abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII), drain(stream));
            assertEquals(OptionalLong.empty(), stream.sizeBytes());
        }
    }

    @Test
    void close_whileAReadBlocks_endsIt() throws Exception {
        handler = (request, out) -> {
            RawServer.head(out, "200 OK", "Content-Length: 300000");
            out.write(payload, 0, 1000);
            server.sulk();
        };
        PayloadSource.Stream stream = open(0, Optional.empty());
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Integer> reading = CompletableFuture.supplyAsync(() -> {
            ByteBuffer dst = ByteBuffer.allocate(payload.length);
            try {
                while (stream.read(dst) >= 0) {
                    begun.countDown();
                }
                return -1;
            } catch (IOException e) {
                return dst.position();
            }
        });
        begun.await();

        stream.close();
        stream.close();

        assertEquals(1000, reading.get());
        assertThrows(IOException.class, () -> stream.read(ByteBuffer.allocate(1)));
    }

    @Test
    void close_beforeTheFirstRead_nothingIsAsked() throws IOException {
        PayloadSource.Stream stream = open(0, Optional.empty());

        stream.close();

        assertThrows(IOException.class, () -> drain(stream));
        assertEquals(0, server.requests.size());
    }

    @Test
    void read_noServer_isATroubleThatPasses() throws Exception {
        Request request = request(0, Optional.empty());
        server.close();

        try (PayloadSource.Stream stream = source.open(request)) {
            IOException trouble = assertThrows(IOException.class, () -> drain(stream));
            assertFalse(trouble instanceof PayloadException);
        }
    }

    private Request request(long offset, Optional<String> validator) {
        return new Request(server.uri("/image"), offset, payload.length, validator);
    }

    private PayloadSource.Stream open(long offset, Optional<String> validator) throws IOException {
        return source.open(request(offset, validator));
    }

    private String refusal(Kind kind, long offset, Optional<String> validator) throws IOException {
        try (PayloadSource.Stream stream = open(offset, validator)) {
            PayloadException refusal = assertThrows(PayloadException.class, () -> drain(stream));
            assertEquals(kind, refusal.kind(), refusal.getMessage());
            return String.valueOf(refusal.getMessage());
        }
    }

    static byte[] drain(PayloadSource.Stream stream) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(10_007);
        while (stream.read(buffer) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return all.toByteArray();
    }
}

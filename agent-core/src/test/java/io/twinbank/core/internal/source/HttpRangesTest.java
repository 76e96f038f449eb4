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
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many ranges of one payload, by one connection as far as the server lets it. */
class HttpRangesTest {
    private static final String TAG = "\"v1\"";
    private static final String GARBAGE = "SSH-2.0-OpenSSH\r\n\r\n";

    private final byte[] payload = new byte[300_000];
    private RawServer.Handler handler = this::serve;
    private RawServer server;

    @BeforeEach
    void start() throws IOException {
        new SplittableRandom(1).nextBytes(payload);
        server = new RawServer((request, out) -> handler.answer(request, out));
        server.requestsEach = Integer.MAX_VALUE;
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void serve(RawServer.Request request, OutputStream out) throws IOException {
        RawServer.serveOn(payload, TAG, request, out);
    }

    @Test
    void turnTo_manyRanges_areAskedForOneAfterAnotherByOneConnection() throws IOException {
        long bytes = 0;
        try (PayloadSource.Stream stream = open(0, 1)) {
            for (int i = 0; i < 200; i++) {
                int from = (i * 37_003) % 290_000;
                int end = from + 1 + i * 40;
                bytes += end - from;

                assertRange(stream, from, end);
            }

            assertEquals(bytes, stream.transferredBytes());
            assertEquals(payload.length, stream.sizeBytes().orElseThrow());
            assertEquals(Optional.of(TAG), stream.validator());
        }
        assertEquals(1, server.connections());
        assertEquals(200, server.requests.size());
        assertEquals("bytes=37003-37043", server.requests.get(1).headers().get("range"));
        assertFalse(server.requests.get(1).headers().containsKey("connection"));
        assertEquals(null, server.requests.get(0).headers().get("if-range"));
        assertTrue(server.requests.stream()
                .skip(1)
                .allMatch(request -> TAG.equals(request.headers().get("if-range"))));
    }

    @Test
    void rangeBytes_wholePayload_goesByOneConnectionThatTheLastRequestEnds() throws IOException {
        PayloadSource source =
                HttpPayloads.builder().allowHttp(true).rangeBytes(100_000).build();

        try (PayloadSource.Stream stream =
                source.open(new Request(server.uri("/image"), 0, payload.length, Optional.empty()))) {
            assertArrayEquals(payload, HttpSourceTest.drain(stream));
        }

        assertEquals(1, server.connections());
        assertEquals(
                Arrays.asList(null, null, "close"),
                server.requests.stream()
                        .map(request -> request.headers().get("connection"))
                        .toList());
    }

    /** Without a word: it is noticed when the next one is asked for. */
    @ParameterizedTest
    @CsvSource({"1, 12", "3, 4", "11, 2"})
    void turnTo_serverCloses_isAskedAgainByAFreshConnection(int requestsEach, int connections) throws IOException {
        server.requestsEach = requestsEach;

        try (PayloadSource.Stream stream = open(0, 1)) {
            for (int i = 0; i < 12; i++) {
                assertRange(stream, i * 1000, i * 1000 + 100);
            }
        }

        assertEquals(connections, server.connections());
        assertEquals(12, server.requests.size());
    }

    @Test
    void turnTo_serverSaysThatItCloses_isBelieved() throws IOException {
        handler = (request, out) -> RawServer.serve(payload, TAG, request, out);

        try (PayloadSource.Stream stream = open(0, 1)) {
            for (int i = 0; i < 3; i++) {
                assertRange(stream, i * 1000, i * 1000 + 100);
            }
        }

        assertEquals(3, server.connections());
    }

    @Test
    void turnTo_rangeThatWasLeft_isNotReadOn() throws IOException {
        try (PayloadSource.Stream stream = open(0, 100_000)) {
            assertTrue(stream.read(ByteBuffer.allocate(10)) > 0);

            assertRange(stream, 200_000, 200_100);
        }

        assertEquals(2, server.connections());
    }

    @Test
    void turnTo_serverGivesLessThanAsked_goesOnByTheSameConnection() throws IOException {
        handler = (request, out) -> {
            int from = (int) request.offset();
            int end = (int) Math.min(request.end(payload.length), from + 700);
            RawServer.write(
                    out,
                    "206 x",
                    "Content-Length: " + (end - from),
                    "Content-Range: bytes " + from + "-" + (end - 1) + "/300000");
            out.write(payload, from, end - from);
        };

        try (PayloadSource.Stream stream = open(0, 1)) {
            assertRange(stream, 1000, 3000);
        }

        assertEquals(3, server.requests.size());
        assertEquals(1, server.connections());
    }

    @Test
    void turnTo_redirectedEachTime_keepsAConnectionToEachHost() throws IOException {
        try (RawServer other = new RawServer((request, out) -> RawServer.serveOn(payload, TAG, request, out))) {
            other.requestsEach = Integer.MAX_VALUE;
            handler = (request, out) ->
                    RawServer.write(out, "302 x", "Location: " + other.uri("/elsewhere"), "Content-Length: 0");

            try (PayloadSource.Stream stream = open(0, 1)) {
                for (int i = 0; i < 5; i++) {
                    assertRange(stream, i * 1000, i * 1000 + 100);
                }
            }

            assertEquals(List.of(5, 1), List.of(server.requests.size(), server.connections()));
            assertEquals(List.of(5, 1), List.of(other.requests.size(), other.connections()));
        }
    }

    @Test
    void read_moreBehindTheAnswer_isNotTakenForTheNext() throws IOException {
        handler = (request, out) -> {
            int from = (int) request.offset();
            byte[] stolen = ("HTTP/1.1 206 x\r\nETag: \"v1\"\r\nContent-Length: 100\r\nContent-Range: bytes "
                            + (from + 1000) + "-" + (from + 1099) + "/300000\r\n\r\n" + "x".repeat(100))
                    .getBytes(StandardCharsets.ISO_8859_1);
            RawServer.write(
                    out,
                    "206 x",
                    "ETag: " + TAG,
                    "Content-Length: 100",
                    "Content-Range: bytes " + from + "-" + (from + 99) + "/300000");
            byte[] all = Arrays.copyOf(Arrays.copyOfRange(payload, from, from + 100), 100 + stolen.length);
            System.arraycopy(stolen, 0, all, 100, stolen.length);
            out.write(all);
        };

        try (PayloadSource.Stream stream = open(0, 1)) {
            for (int i = 0; i < 3; i++) {
                assertRange(stream, i * 1000, i * 1000 + 100);
            }
            assertEquals(300, stream.transferredBytes());
        }
        assertEquals(3, server.connections());
    }

    /** It comes before the answer to the next request, as that can't be told from it. */
    @Test
    void read_garbageBeforeTheNextAnswer_isAskedAgainByAFreshConnection() throws IOException {
        handler = (request, out) -> {
            if (request.offset() == 1000 && server.connections() == 1) {
                out.write(GARBAGE.getBytes(StandardCharsets.ISO_8859_1));
            }
            serve(request, out);
        };

        try (PayloadSource.Stream stream = open(0, 1)) {
            for (int i = 0; i < 3; i++) {
                assertRange(stream, i * 1000, i * 1000 + 100);
            }
        }
        assertEquals(2, server.connections());
        assertEquals(4, server.requests.size());
    }

    @Test
    void read_garbageInsteadOfTheFirstAnswer_isATroubleThatPasses() throws IOException {
        handler = (request, out) -> out.write(GARBAGE.getBytes(StandardCharsets.ISO_8859_1));

        assertTrue(trouble(0, 100).contains("doesn't speak HTTP: a status line is 'SSH-2.0-OpenSSH'"));
        assertEquals(1, server.requests.size());
    }

    @Test
    void read_bodyLongerThanItsRange_isCutAndTheConnectionGivenUp() throws IOException {
        handler = (request, out) -> {
            int from = (int) request.offset();
            RawServer.write(
                    out,
                    "206 x",
                    "Content-Length: 5000",
                    "Content-Range: bytes " + from + "-" + (from + 99) + "/300000");
            out.write(payload, from, 5000);
        };

        try (PayloadSource.Stream stream = open(0, 1)) {
            for (int i = 0; i < 3; i++) {
                assertRange(stream, i * 1000, i * 1000 + 100);
            }
            assertEquals(300, stream.transferredBytes());
        }
        assertEquals(3, server.connections());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bytes 999-1099/300000", "bytes 1000-1100/300000", "bytes 1000-999/300000", "bytes */300000", ""
            })
    void read_rangeOtherThanAsked_isFinal(String range) throws IOException {
        handler = (request, out) -> RawServer.write(out, "206 x", "Content-Length: 100", "Content-Range: " + range);

        assertTrue(refusal(Kind.FINAL, 1000, 1100, Optional.empty())
                .endsWith("asked for bytes from 1000 to 1099, got range '" + range + "'"));
    }

    /** Passing over what isn't wanted, range after range, would cost the payload as often. */
    @Test
    void read_allInsteadOfARange_isFinalAndCostsNothing() throws IOException {
        handler = (request, out) -> {
            RawServer.head(out, "200 OK", "ETag: " + TAG, "Content-Length: 300000");
            out.write(payload);
        };

        for (Optional<String> version : List.of(Optional.<String>empty(), Optional.of(TAG))) {
            String message = refusal(Kind.FINAL, 1000, 1100, version);
            assertTrue(
                    message.endsWith("asked for bytes from 1000 to 1099, got all of it; the server must serve ranges"));
        }
        assertTrue(refusal(Kind.FINAL, 0, 299_999, Optional.empty()).contains("got all of it"));
    }

    @Test
    void read_allInsteadOfARangeOfAnotherVersion_isChanged() throws IOException {
        handler = (request, out) -> RawServer.head(out, "200 OK", "ETag: \"v2\"", "Content-Length: 300000");

        assertTrue(refusal(Kind.CHANGED, 1000, 1100, Optional.of(TAG)).endsWith("the payload is \"v2\", was \"v1\""));
    }

    @Test
    void read_allThatWasAsked_isTaken() throws IOException {
        handler = (request, out) -> {
            RawServer.head(out, "200 OK", "Content-Length: 300000");
            out.write(payload);
        };

        try (PayloadSource.Stream stream = open(0, 300_000)) {
            assertArrayEquals(payload, HttpSourceTest.drain(stream));
        }
    }

    @Test
    void turnTo_versionOrSizeChanges_isChanged() throws IOException {
        handler = (request, out) -> RawServer.serveOn(payload, request.offset() == 1000 ? "\"v2\"" : TAG, request, out);
        assertTrue(changed(1000, 1100).endsWith("the payload is \"v2\", was \"v1\""));

        handler = (request, out) -> RawServer.serveOn(
                request.offset() == 1000 ? Arrays.copyOf(payload, 299_999) : payload, TAG, request, out);
        assertTrue(changed(1000, 1100).endsWith("the payload has 299999 bytes, had 300000"));
    }

    @Test
    void read_endlessHeadOfALaterAnswer_isATroubleThatPasses() throws IOException {
        handler = (request, out) -> {
            if (request.offset() == 0) {
                serve(request, out);
            } else {
                out.write("HTTP/1.1 206 x\r\n".getBytes(StandardCharsets.ISO_8859_1));
                while (true) {
                    out.write(("X-Filler: " + "y".repeat(1000) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                }
            }
        };

        assertTrue(laterTrouble(1000, 1100).contains("answers with a head of more than 65536 bytes"));
        assertEquals(2, server.requests.size(), "an answer had begun, so that it isn't asked for again");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Content-Length: 100 |Content-Length: 99; a Content-Length is '100, 99'",
                "Content-Length: -1; a Content-Length is '-1'",
                "no colon; a header is 'no colon'",
                " folded: x; a header is ' folded: x'",
            })
    void read_headThatIsNone_isATroubleThatPasses(String headers, String what) throws IOException {
        String head = headers.replace("|", "\r\n").replace("folded", " folded").strip();
        handler = (request, out) -> RawServer.write(
                out, "206 x", what.contains("folded") ? " folded: x" : head, "Content-Range: bytes 0-99/300000");

        assertTrue(trouble(0, 100).endsWith("doesn't speak HTTP: " + what));
    }

    @Test
    void read_transferCodingThatNobodyAccepted_isFinal() throws IOException {
        handler = (request, out) -> RawServer.write(out, "206 x", "Transfer-Encoding: gzip, chunked");

        assertTrue(refusal(Kind.FINAL, 0, 100, Optional.empty()).contains("transfer coding 'gzip, chunked'"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "xyz|; the size of a chunk is 'xyz'",
                "-1|; the size of a chunk is '-1'",
                "1|ab|; the end of a chunk is 'b'",
            })
    void read_chunkThatIsNone_isATroubleThatPasses(String body, String what) throws IOException {
        handler = (request, out) -> {
            RawServer.write(out, "206 x", "Transfer-Encoding: chunked", "Content-Range: bytes 0-99/300000");
            out.write(body.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        };

        assertTrue(trouble(0, 100).endsWith("doesn't speak HTTP: " + what));
    }

    @Test
    void read_chunkLineWithoutAnEnd_isATroubleThatPasses() throws IOException {
        handler = (request, out) -> {
            RawServer.write(out, "206 x", "Transfer-Encoding: chunked", "Content-Range: bytes 0-99/300000");
            out.write(("1;" + "x".repeat(2000)).getBytes(StandardCharsets.ISO_8859_1));
        };

        assertTrue(trouble(0, 100).contains("a line of a chunk of more than 1024"));
    }

    @Test
    void read_answerEndsEarly_isATroubleBehindWhatCame() throws IOException {
        server.requestsEach = 1;
        handler = (request, out) -> {
            RawServer.head(out, "206 x", "Content-Length: 100", "Content-Range: bytes 1000-1099/300000");
            out.write(payload, 1000, 40);
        };
        ByteBuffer dst = ByteBuffer.allocate(100);

        try (PayloadSource.Stream stream = open(1000, 1100)) {
            IOException cut = assertThrows(IOException.class, () -> {
                while (stream.read(dst) >= 0) {}
            });
            assertFalse(cut instanceof PayloadException);
            assertTrue(
                    String.valueOf(cut.getMessage()).endsWith("closed the connection with 60 bytes still to come"),
                    cut.toString());
            assertEquals(40, stream.transferredBytes());
        }
        assertEquals(40, dst.position());
    }

    /** A server that is silent is waited for once. */
    @Test
    void turnTo_silentServer_timesOutWithoutAskingAgain() throws IOException {
        PayloadSource impatient = HttpPayloads.builder()
                .allowHttp(true)
                .readTimeout(Duration.ofMillis(100))
                .build();
        handler = (request, out) -> {
            if (request.offset() > 0) {
                server.sulk();
            }
            serve(request, out);
        };

        try (PayloadSource.Stream stream = impatient.open(request(server, 0, 100, Optional.empty()))) {
            HttpSourceTest.drain(stream);
            stream.turnTo(1000, 1100);

            assertThrows(SocketTimeoutException.class, () -> HttpSourceTest.drain(stream));
        }
        assertEquals(2, server.requests.size());
    }

    @Test
    void close_whileTheNextAnswerIsAwaited_endsIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        handler = (request, out) -> {
            if (request.offset() > 0) {
                asked.countDown();
                server.sulk();
            }
            serve(request, out);
        };
        PayloadSource.Stream stream = open(0, 100);
        HttpSourceTest.drain(stream);
        stream.turnTo(1000, 1100);
        CompletableFuture<Boolean> reading = CompletableFuture.supplyAsync(() -> {
            try {
                return stream.read(ByteBuffer.allocate(10)) < -1;
            } catch (IOException e) {
                return true;
            }
        });
        asked.await();

        stream.close();

        assertTrue(reading.get());
        assertEquals(1, server.connections(), "who closes wants no other connection");
        stream.turnTo(2000, 2100);
        assertThrows(IOException.class, () -> stream.read(ByteBuffer.allocate(1)));
        assertEquals(2, server.requests.size());
    }

    /** What an embedder's own source said of a version may hold anything. */
    @Test
    void open_versionWithALineBreak_isNotWrittenIntoTheHead() throws IOException {
        try (PayloadSource.Stream stream =
                source().open(request(server, 1000, 1100, Optional.of("x\r\nAuthorization: y")))) {
            assertThrows(PayloadException.class, () -> HttpSourceTest.drain(stream));
        }

        assertFalse(server.requests.get(0).headers().containsKey("authorization"));
        assertFalse(server.requests.get(0).headers().containsKey("if-range"));
    }

    @Test
    void request_ofNothing_isRefused() {
        URI uri = URI.create("https://x.example/");

        assertThrows(IllegalArgumentException.class, () -> new Request(uri, 5, 5, 10, Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> new Request(uri, -1, 10, Optional.empty()));
    }

    private static PayloadSource source() {
        return HttpPayloads.builder().allowHttp(true).build();
    }

    private Request request(RawServer of, long from, long end, Optional<String> version) {
        return new Request(of.uri("/image"), from, end, payload.length, version);
    }

    private PayloadSource.Stream open(long from, long end) throws IOException {
        return source().open(request(server, from, end, Optional.empty()));
    }

    private void assertRange(PayloadSource.Stream stream, int from, int end) throws IOException {
        assertTrue(stream.turnTo(from, end));
        assertArrayEquals(Arrays.copyOfRange(payload, from, end), HttpSourceTest.drain(stream));
    }

    private String trouble(long from, long end) throws IOException {
        try (PayloadSource.Stream stream = open(from, end)) {
            return message(stream);
        }
    }

    private String laterTrouble(long from, long end) throws IOException {
        try (PayloadSource.Stream stream = open(0, 100)) {
            HttpSourceTest.drain(stream);
            stream.turnTo(from, end);
            return message(stream);
        }
    }

    private static String message(PayloadSource.Stream stream) {
        IOException trouble = assertThrows(IOException.class, () -> HttpSourceTest.drain(stream));
        assertFalse(trouble instanceof PayloadException, trouble.toString());
        return String.valueOf(trouble.getMessage());
    }

    private String changed(long from, long end) throws IOException {
        try (PayloadSource.Stream stream = open(0, 100)) {
            HttpSourceTest.drain(stream);
            stream.turnTo(from, end);
            PayloadException changed = assertThrows(PayloadException.class, () -> HttpSourceTest.drain(stream));
            assertEquals(Kind.CHANGED, changed.kind());
            return String.valueOf(changed.getMessage());
        }
    }

    private String refusal(Kind kind, long from, long end, Optional<String> version) throws IOException {
        try (PayloadSource.Stream stream = source().open(request(server, from, end, version))) {
            PayloadException refusal = assertThrows(PayloadException.class, () -> HttpSourceTest.drain(stream));
            assertEquals(kind, refusal.kind(), refusal.getMessage());
            assertEquals(0, stream.transferredBytes());
            return String.valueOf(refusal.getMessage());
        }
    }
}

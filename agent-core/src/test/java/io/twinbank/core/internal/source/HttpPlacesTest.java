// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.HttpPayloads;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadException.Kind;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.PayloadSource.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a payload is had: in ranges, on other hosts, on mirrors. */
class HttpPlacesTest {
    private static final String TAG = "\"v1\"";

    private final byte[] payload = new byte[100_000];
    private RawServer.Handler first = this::serve;
    private RawServer.Handler second = this::serve;
    private RawServer one;
    private RawServer two;

    @BeforeEach
    void start() throws IOException {
        new SplittableRandom(1).nextBytes(payload);
        one = new RawServer((request, out) -> first.answer(request, out));
        two = new RawServer((request, out) -> second.answer(request, out));
    }

    @AfterEach
    void stop() throws IOException {
        one.close();
        two.close();
    }

    private void serve(RawServer.Request request, OutputStream out) throws IOException {
        RawServer.serve(payload, TAG, request, out);
    }

    private static RawServer.Handler status(int status) {
        return (request, out) -> RawServer.head(out, status + " x", "Content-Length: 0");
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "33333, 1", "50000, 2", "99999, 2", "100000, 1", "100001, 1"})
    void ranges_ofAnySize_makeOnePayload(long rangeBytes, int least) throws IOException {
        int offset = rangeBytes == 1 ? payload.length - 3 : 0;
        PayloadSource source = builder().rangeBytes(rangeBytes).build();

        try (PayloadSource.Stream stream = source.open(request(offset, Optional.of(TAG)))) {
            assertArrayEquals(Arrays.copyOfRange(payload, offset, payload.length), HttpSourceTest.drain(stream));
            assertEquals(payload.length - offset, stream.transferredBytes());
            assertEquals(payload.length, stream.sizeBytes().orElseThrow());
        }

        assertEquals((payload.length - offset + rangeBytes - 1) / rangeBytes, one.requests.size());
        assertTrue(one.requests.size() >= least);
        assertEquals(
                "bytes=" + offset + "-" + (Math.min(payload.length, offset + rangeBytes) - 1),
                one.requests.get(0).headers().get("range"));
    }

    @Test
    void ranges_ofAnythingButTheFirst_areOfItsVersion() throws IOException {
        try (PayloadSource.Stream stream = builder().rangeBytes(60_000).build().open(request(0, Optional.empty()))) {
            HttpSourceTest.drain(stream);
        }

        assertEquals(null, one.requests.get(0).headers().get("if-range"));
        assertEquals(TAG, one.requests.get(1).headers().get("if-range"));
    }

    @Test
    void ranges_payloadChangesBetweenTwo_isChanged() throws IOException {
        first = (request, out) -> RawServer.serve(payload, request.offset() == 0 ? TAG : "\"v2\"", request, out);

        assertTrue(refusal(Kind.CHANGED, builder().rangeBytes(60_000)).contains("is \"v2\", was \"v1\""));
    }

    @Test
    void ranges_payloadGrowsBetweenTwo_isChanged() throws IOException {
        first = (request, out) -> {
            boolean begin = request.offset() == 0;
            RawServer.head(
                    out,
                    "206 x",
                    "Content-Range: bytes " + (begin ? "0-59999/100000" : "60000-99999/100001"),
                    "Content-Length: " + (begin ? 60_000 : 40_000));
            out.write(payload, begin ? 0 : 60_000, begin ? 60_000 : 40_000);
        };

        assertTrue(refusal(Kind.CHANGED, builder().rangeBytes(60_000)).contains("has 100001 bytes, had 100000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes 0-60000/100000", "bytes 1-59999/100000", "bytes 5-4/100000", "bytes 0-9/10x"})
    void ranges_otherThanAsked_areFinal(String range) throws IOException {
        first = (request, out) -> RawServer.head(out, "206 x", "Content-Range: " + range, "Content-Length: 1");

        assertTrue(refusal(Kind.FINAL, builder().rangeBytes(60_000))
                .contains("asked for bytes from 0 to 59999, got range '" + range + "'"));
    }

    /** RFC 9110, section 14.4: a server may give less than was asked for. */
    @Test
    void ranges_shorterThanAsked_areGoneOnFrom() throws IOException {
        first = (request, out) -> {
            int from = (int) request.offset();
            int end = Math.min(payload.length, from + 7000);
            RawServer.head(out, "206 x", "ETag: " + TAG, "Content-Range: bytes " + from + "-" + (end - 1) + "/100000");
            out.write(payload, from, end - from);
        };

        try (PayloadSource.Stream stream = builder().rangeBytes(60_000).build().open(request(0, Optional.empty()))) {
            assertArrayEquals(payload, HttpSourceTest.drain(stream));
        }
        assertEquals(15, one.requests.size());
    }

    /** What is behind the range that was announced is no part of the payload. */
    @Test
    void ranges_bodyLongerThanTheRange_isCut() throws IOException {
        first = (request, out) -> {
            int from = (int) request.offset();
            int end = (int) request.end(payload.length);
            RawServer.head(out, "206 x", "ETag: " + TAG, "Content-Range: bytes " + from + "-" + (end - 1) + "/100000");
            out.write(payload, from, end - from);
            out.write(new byte[1000]);
        };

        try (PayloadSource.Stream stream = builder().rangeBytes(60_000).build().open(request(0, Optional.empty()))) {
            assertArrayEquals(payload, HttpSourceTest.drain(stream));
        }
    }

    @Test
    void ranges_serverThatSendsAll_isTakenAtOnce() throws IOException {
        first = (request, out) -> {
            RawServer.head(out, "200 OK", "ETag: " + TAG, "Content-Length: " + payload.length);
            out.write(payload);
        };

        try (PayloadSource.Stream stream = builder().rangeBytes(1000).build().open(request(0, Optional.empty()))) {
            assertArrayEquals(payload, HttpSourceTest.drain(stream));
        }
        assertEquals(1, one.requests.size());
    }

    @Test
    void redirect_toAnAllowedHost_isFollowed() throws IOException {
        first = (request, out) -> RawServer.head(
                out,
                "302 x",
                "Location: " + two.uri("/elsewhere").toString().replace("localhost", "127.0.0.1"),
                "Content-Length: 0");

        try (PayloadSource.Stream stream =
                builder().allowHost("127.0.0.1").build().open(request(5, Optional.of(TAG)))) {
            assertEquals(payload.length - 5, HttpSourceTest.drain(stream).length);
        }
        assertEquals("/elsewhere", two.requests.get(0).path());
        assertTrue(refusal(Kind.FINAL, builder().allowHost("127.0.0.2"))
                .contains("on the same host or to those of HttpPayloads.allowHost"));
        assertEquals(1, two.requests.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 403, 500, 503})
    void mirrors_firstPlaceRefuses_nextIsTakenAndStayedWith(int status) throws IOException {
        first = status(status);
        PayloadSource source = mirrored().build();

        assertArrayEquals(payload, read(source, 0, Optional.empty()));
        assertArrayEquals(payload, read(source, 0, Optional.empty()));

        assertEquals(1, one.requests.size());
        assertEquals(
                List.of("/cache/image", "/cache/image"),
                two.requests.stream().map(RawServer.Request::path).toList());
    }

    @Test
    void mirrors_firstPlaceIsGone_nextIsTaken() throws IOException {
        PayloadSource source = mirrored().build();
        one.close();

        assertArrayEquals(payload, read(source, 0, Optional.empty()));
    }

    @Test
    void mirrors_everyPlaceHasAFinalAnswer_isFinalWithAllOfThem() throws IOException {
        first = status(404);
        second = status(410);

        String message = refusal(Kind.FINAL, mirrored());

        assertTrue(message.startsWith("none of 2 places has the payload: " + one.uri("/image") + ": "), message);
        assertTrue(message.contains("status 404") && message.contains("status 410"), message);
    }

    @Test
    void mirrors_onePlaceMayHaveItLater_isRetried() throws IOException {
        first = status(404);
        second = status(503);

        refusal(Kind.RETRY, mirrored());
    }

    @Test
    void mirrors_placeBreaksInTheMiddle_nextIsTriedNextTime() throws IOException {
        first = (request, out) -> {
            RawServer.head(out, "200 OK", "ETag: " + TAG, "Content-Length: " + payload.length);
            out.write(payload, 0, 1234);
        };
        PayloadSource source = mirrored().build();

        ByteBuffer dst = ByteBuffer.allocate(payload.length);
        try (PayloadSource.Stream stream = source.open(request(0, Optional.empty()))) {
            assertThrows(IOException.class, () -> {
                while (stream.read(dst) >= 0) {}
            });
        }
        assertEquals(1234, dst.position());
        assertEquals(payload.length - 1234, read(source, 1234, Optional.of(TAG)).length);

        assertEquals(1, one.requests.size());
        assertEquals(null, two.requests.get(0).headers().get("if-range"), "another place's version says nothing");
    }

    @Test
    void mirrors_placeRefusesTheNextRange_nextIsTriedNextTime() throws IOException {
        first = (request, out) -> {
            if (request.offset() == 0) {
                serve(request, out);
            } else {
                status(404).answer(request, out);
            }
        };
        PayloadSource source = mirrored().rangeBytes(60_000).build();

        PayloadException gone = assertThrows(PayloadException.class, () -> read(source, 0, Optional.empty()));

        assertEquals(Kind.RETRY, gone.kind(), gone.getMessage());
        assertEquals(40_000, read(source, 60_000, Optional.of(TAG)).length);
        assertEquals(1, two.requests.size());
    }

    @Test
    void mirrors_tooSlow_nextIsTriedNextTime() throws IOException {
        PayloadSource source = mirrored().build();
        try (PayloadSource.Stream stream = source.open(request(0, Optional.empty()))) {
            assertTrue(stream.read(ByteBuffer.allocate(10)) > 0);
            stream.abandon();
            assertThrows(IOException.class, () -> stream.read(ByteBuffer.allocate(10)));
        }

        assertArrayEquals(payload, read(source, 0, Optional.empty()));
        assertEquals(1, two.requests.size());
    }

    @Test
    void mirrors_closed_isStayedWith() throws IOException {
        PayloadSource source = mirrored().build();
        PayloadSource.Stream stream = source.open(request(0, Optional.empty()));
        assertTrue(stream.read(ByteBuffer.allocate(10)) > 0);

        stream.close();

        assertThrows(IOException.class, () -> stream.read(ByteBuffer.allocate(10)));
        assertArrayEquals(payload, read(source, 0, Optional.empty()));
        assertEquals(List.of(), two.requests);
    }

    @Test
    void mirrors_versionOfAMirror_holdsThereOnly() throws IOException {
        first = status(404);
        PayloadSource source = mirrored().build();
        Optional<String> version;
        try (PayloadSource.Stream stream = source.open(request(0, Optional.empty()))) {
            HttpSourceTest.drain(stream);
            version = stream.validator();
        }

        assertTrue(version.orElseThrow().matches("[0-9a-f]{8} \"v1\""), version.toString());
        assertEquals(payload.length - 5, read(source, 5, version).length);
        assertEquals(TAG, two.requests.get(1).headers().get("if-range"));
        first = this::serve;
        assertEquals(payload.length - 5, read(mirrored().build(), 5, version).length);
        assertEquals(null, one.requests.get(1).headers().get("if-range"));
    }

    @Test
    void mirrors_otherAddress_isNotTouched() throws IOException {
        PayloadSource source = builder()
                .mirror(URI.create("http://elsewhere.example/"), two.uri("/"))
                .build();

        assertArrayEquals(payload, read(source, 0, Optional.empty()));
        assertEquals(List.of(), two.requests);
    }

    @Test
    void builder_nonsense_isRefused() {
        HttpPayloads builder = builder();
        URI good = URI.create("https://a.example/");

        assertThrows(IllegalArgumentException.class, () -> builder.rangeBytes(0));
        for (String bad : List.of("https://a.example", "ftp://a/", "https:///", "https://u:p@a/")) {
            assertThrows(IllegalArgumentException.class, () -> builder.mirror(URI.create(bad), good));
            assertThrows(IllegalArgumentException.class, () -> builder.mirror(good, URI.create(bad)));
        }
        for (String bad : List.of("", "a/b", "a b", "u@a")) {
            assertThrows(IllegalArgumentException.class, () -> builder.allowHost(bad));
        }
        assertNotEquals(null, builder.build());
    }

    private static HttpPayloads builder() {
        return HttpPayloads.builder().allowHttp(true);
    }

    private HttpPayloads mirrored() {
        return builder().mirror(one.uri("/"), two.uri("/cache/"));
    }

    private Request request(long offset, Optional<String> validator) {
        return new Request(one.uri("/image"), offset, payload.length, validator);
    }

    private byte[] read(PayloadSource source, long offset, Optional<String> validator) throws IOException {
        try (PayloadSource.Stream stream = source.open(request(offset, validator))) {
            return HttpSourceTest.drain(stream);
        }
    }

    private String refusal(Kind kind, HttpPayloads builder) throws IOException {
        try (PayloadSource.Stream stream = builder.build().open(request(0, Optional.empty()))) {
            PayloadException refusal = assertThrows(PayloadException.class, () -> HttpSourceTest.drain(stream));
            assertEquals(kind, refusal.kind(), refusal.getMessage());
            return String.valueOf(refusal.getMessage());
        }
    }
}

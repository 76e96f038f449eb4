// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.mqtt.PayloadResponder.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class MqttPayloadsTest {
    private static final int CHUNK = 100;
    private static final int WINDOW = 8;
    private static final byte[] IMAGE = new byte[2550];
    private static final URI NAME = URI.create("mqtt:gw-1.4.2.img");

    static {
        new Random(1).nextBytes(IMAGE);
    }

    private final Topics topics = Topics.of("twinbank", "gw-1", List.of()).withPayloads();
    private final PayloadResponder responder = new PayloadResponder();
    private final List<String> requests = new ArrayList<>();
    private final List<MqttLink.Outgoing> asked = new ArrayList<>();
    private UnaryOperator<List<Answer>> network = answers -> answers;
    private Optional<IOException> offline = Optional.empty();
    private int answered;
    private final MqttPayloads payloads = new MqttPayloads(
            topics,
            this::ask,
            () -> 0x1122334455667788L,
            System::nanoTime,
            new MqttPayloads.Pace(CHUNK, WINDOW, Duration.ofMillis(1)));

    private CompletionStage<Void> ask(MqttLink.Outgoing request) {
        if (offline.isPresent()) {
            return CompletableFuture.failedFuture(offline.get());
        }
        requests.add(new String(request.payload(), StandardCharsets.UTF_8));
        asked.add(request);
        byte[] correlation = request.reply().orElseThrow().correlation();
        network.apply(responder.answer(request.payload())).forEach(answer -> deliver(answer, Optional.of(correlation)));
        return CompletableFuture.completedFuture(null);
    }

    private void deliver(Answer answer, Optional<byte[]> correlation) {
        payloads.arrived(new MqttLink.Incoming(
                topics.payloadData(), answer.contentType(), correlation, Optional.empty(), answer.payload(), () -> {
                    answered++;
                }));
    }

    private PayloadSource.Stream open(long offset, Optional<String> version) throws IOException {
        responder.serve("gw-1.4.2.img", IMAGE, "v1");
        return payloads.open(new PayloadSource.Request(NAME, offset, IMAGE.length, version));
    }

    private PayloadSource.Stream open() throws IOException {
        return open(0, Optional.empty());
    }

    private static byte[] readAll(PayloadSource.Stream stream) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(IMAGE.length + 1);
        while (stream.read(all) >= 0) {}
        return Arrays.copyOf(all.array(), all.position());
    }

    /** As a download does when it hears nothing for too long. */
    private byte[] readAllOpeningAgain() throws IOException {
        ByteBuffer all = ByteBuffer.allocate(IMAGE.length + 1);
        for (int tries = 0; ; tries++) {
            try (PayloadSource.Stream stream = open(all.position(), Optional.empty())) {
                while (stream.read(all) >= 0) {}
                return Arrays.copyOf(all.array(), all.position());
            } catch (IOException e) {
                assertTrue(tries < 20, e.getMessage());
            }
        }
    }

    private static void read(PayloadSource.Stream stream, int bytes) throws IOException {
        ByteBuffer some = ByteBuffer.allocate(bytes);
        while (some.hasRemaining()) {
            stream.read(some);
        }
    }

    @Test
    void read_whole_isWhatIsServedAndAskedInHalfWindows() throws Exception {
        PayloadSource.Stream stream = open();

        assertArrayEquals(IMAGE, readAll(stream));
        assertEquals(OptionalLong.of(IMAGE.length), stream.sizeBytes());
        assertEquals(Optional.of("v1"), stream.validator());
        assertEquals(
                "{\"schema\":1,\"payload\":\"gw-1.4.2.img\",\"chunkBytes\":100,\"chunks\":[[0,8]]}", requests.get(0));
        assertTrue(requests.get(1).endsWith("\"chunks\":[[8,4]]}"), requests.get(1));
        assertEquals(26, answered);
        MqttLink.Outgoing first = asked.get(0);
        assertEquals("twinbank/gw-1/payload/request", first.topic());
        assertEquals(
                Optional.of("twinbank/gw-1/payload/data"),
                first.reply().orElseThrow().topic());
        assertEquals(Topics.PAYLOAD_REQUEST, first.contentType());
    }

    @Test
    void read_range_isAllThatIsAskedFor() throws Exception {
        responder.serve("gw-1.4.2.img", IMAGE, "v1");
        PayloadSource.Stream stream =
                payloads.open(new PayloadSource.Request(NAME, 250, 420, IMAGE.length, Optional.empty()));

        assertArrayEquals(Arrays.copyOfRange(IMAGE, 250, 420), readAll(stream));
        assertEquals(1, requests.size());
        assertTrue(requests.get(0).endsWith("\"chunks\":[[2,3]]}"), requests.get(0));
        assertEquals(OptionalLong.of(IMAGE.length), stream.sizeBytes());
    }

    @Test
    void read_lostDoubledAndReordered_isWhole() throws Exception {
        Random random = new Random(7);
        network = answers -> {
            List<Answer> on = new ArrayList<>();
            for (Answer answer : answers) {
                for (int i = random.nextInt(10) < 2 ? 0 : random.nextInt(10) < 2 ? 2 : 1; i > 0; i--) {
                    on.add(answer);
                }
            }
            Collections.shuffle(on, random);
            return on;
        };

        for (int run = 0; run < 50; run++) {
            payloads.open(new PayloadSource.Request(URI.create("mqtt:other"), 0, 1, Optional.empty()));
            assertArrayEquals(IMAGE, readAllOpeningAgain(), "run " + run);
        }
    }

    @Test
    void open_afterADisconnect_keepsWhatCameAndWasNotRead() throws Exception {
        PayloadSource.Stream first = open();
        read(first, 250);
        first.close();
        requests.clear();

        byte[] rest = readAll(open(250, Optional.of("v1")));

        assertArrayEquals(Arrays.copyOfRange(IMAGE, 250, IMAGE.length), rest);
        assertTrue(requests.get(0).endsWith("[[2,1],[8,2]]}"), requests.get(0));
    }

    /** Whoever reads found the chunk wrong, and opens the payload again where it begins. */
    @Test
    void open_atAChunkThatWasRead_fetchesThatOneAgain() throws Exception {
        PayloadSource.Stream first = open();
        read(first, 400);
        first.close();
        answered = 0;
        requests.clear();

        read(open(300, Optional.of("v1")), 100);

        assertTrue(requests.get(0)
                .startsWith("{\"schema\":1,\"payload\":\"gw-1.4.2.img\",\"chunkBytes\":100,\"chunks\":[[3,1]"));
        assertTrue(answered <= 1 + 3, answered + " chunks, the others are new");
    }

    @Test
    void open_atTheCheckpointOfAnEarlierAgent_asksFromThere() throws Exception {
        byte[] rest = readAll(open(1234, Optional.of("v1")));

        assertArrayEquals(Arrays.copyOfRange(IMAGE, 1234, IMAGE.length), rest);
        assertTrue(requests.get(0).endsWith("[[12,8]]}"), requests.get(0));
    }

    @Test
    void read_offline_fails() throws Exception {
        offline = Optional.of(new IOException("not connected yet"));

        IOException failure = assertThrows(IOException.class, () -> readAll(open()));

        assertEquals("can't ask for gw-1.4.2.img: not connected yet", failure.getMessage());
    }

    @Test
    void read_serverSaysNothing_asksThreeTimesAndSaysSo() throws Exception {
        network = answers -> List.of();

        IOException failure = assertThrows(IOException.class, () -> readAll(open()));

        assertEquals(3, requests.size());
        assertTrue(failure.getMessage().startsWith("nothing came of gw-1.4.2.img within"), failure.getMessage());
        assertTrue(failure.getMessage().contains("chunk 0 is awaited: 0 came"), failure.getMessage());
    }

    @Test
    void read_answersToAnotherRequest_areNotTaken() throws Exception {
        network = answers -> {
            answers.forEach(answer -> deliver(answer, Optional.of(new byte[8])));
            answers.forEach(answer -> deliver(answer, Optional.empty()));
            return List.of();
        };

        IOException failure = assertThrows(IOException.class, () -> readAll(open()));

        assertTrue(failure.getMessage().contains("0 came"), failure.getMessage());
        assertTrue(failure.getMessage().contains("34 for another request"), failure.getMessage());
    }

    @Test
    void read_unaskedChunks_areNotTaken() throws Exception {
        network = answers -> List.of(
                PayloadResponder.chunk(20, IMAGE.length, "v1", new byte[CHUNK]),
                PayloadResponder.chunk(Integer.MAX_VALUE, IMAGE.length, "v1", new byte[CHUNK]));

        IOException failure = assertThrows(IOException.class, () -> readAll(open()));

        assertTrue(failure.getMessage().contains("6 unasked"), failure.getMessage());
    }

    @Test
    void read_chunksOfAnotherLength_areNotTaken() throws Exception {
        network = answers -> List.of(
                PayloadResponder.chunk(1, IMAGE.length, "v1", new byte[CHUNK - 1]),
                PayloadResponder.chunk(0, IMAGE.length, "v1", new byte[CHUNK + 1]));

        IOException failure = assertThrows(IOException.class, () -> readAll(open()));

        assertTrue(
                failure.getMessage().endsWith("6 wrong, the last one chunk 0 of 101 bytes, expected 100"),
                failure.getMessage());
    }

    @Test
    void read_whatIsNoChunk_isNotTaken() throws Exception {
        network = answers -> List.of(
                new Answer(Topics.PAYLOAD_CHUNK, new byte[0]),
                new Answer(Topics.PAYLOAD_CHUNK, new byte[] {(byte) 0x81, 1}),
                new Answer(Topics.PAYLOAD_CHUNK, new byte[] {(byte) 0x85, 2, 0, 0, 0, 0}),
                new Answer("text/plain", new byte[1]));

        IOException failure = assertThrows(IOException.class, () -> readAll(open()));

        assertTrue(
                failure.getMessage().contains("12 wrong, the last one content type \"text/plain\""),
                failure.getMessage());
    }

    @Test
    void read_sizeChangesMeanwhile_isChanged() throws Exception {
        network = answers -> List.of(
                PayloadResponder.chunk(0, IMAGE.length, "v1", new byte[CHUNK]),
                PayloadResponder.chunk(1, IMAGE.length + 1, "v1", new byte[CHUNK]));

        PayloadException failure = assertThrows(PayloadException.class, () -> readAll(open()));

        assertEquals(PayloadException.Kind.CHANGED, failure.kind());
        assertEquals("gw-1.4.2.img has 2551 bytes, and had 2550", failure.getMessage());
    }

    @Test
    void read_anotherVersionThanAtTheCheckpoint_isChanged() throws Exception {
        PayloadException failure = assertThrows(PayloadException.class, () -> readAll(open(1000, Optional.of("v0"))));

        assertEquals(PayloadException.Kind.CHANGED, failure.kind());
        assertEquals("gw-1.4.2.img has version v1, and had v0", failure.getMessage());
    }

    @Test
    void read_refused_isWhatTheServerSays() throws Exception {
        for (PayloadException.Kind kind : PayloadException.Kind.values()) {
            network = answers -> List.of(PayloadResponder.refusal(kind.name(), "because"));

            PayloadException failure = assertThrows(PayloadException.class, () -> readAll(open()));

            assertEquals(kind, failure.kind());
            assertEquals("the server has no gw-1.4.2.img for us: because", failure.getMessage());
        }
    }

    @Test
    void read_refusedInAnUnknownWay_mayPass() throws Exception {
        Deque<Answer> odd = new ArrayDeque<>(List.of(
                PayloadResponder.refusal("MAYBE", "who knows"),
                new Answer(Topics.PAYLOAD_REFUSAL, new byte[0]),
                new Answer(Topics.PAYLOAD_REFUSAL, "{\"kind\":\"FINAL\"".getBytes(StandardCharsets.UTF_8)),
                new Answer(Topics.PAYLOAD_REFUSAL, new byte[5000])));
        while (!odd.isEmpty()) {
            network = answers -> List.of(odd.remove());
            assertEquals(
                    PayloadException.Kind.RETRY,
                    assertThrows(PayloadException.class, () -> readAll(open())).kind());
        }
    }

    @Test
    void open_nameNobodyCanPrint_isRefused() {
        PayloadException failure = assertThrows(
                PayloadException.class,
                () -> payloads.open(
                        new PayloadSource.Request(URI.create("mqtt:%00"), 0, IMAGE.length, Optional.empty())));

        assertEquals(PayloadException.Kind.FINAL, failure.kind());
    }

    @Test
    void open_another_endsTheOneBefore() throws Exception {
        PayloadSource.Stream first = open();
        payloads.open(new PayloadSource.Request(URI.create("mqtt:b"), 0, 1, Optional.empty()));

        IOException failure = assertThrows(IOException.class, () -> read(first, 1));

        assertEquals("another payload was opened: b", failure.getMessage());
    }

    @Test
    void close_endsAReadThatBlocks() throws Exception {
        MqttPayloads patient = new MqttPayloads(
                topics,
                request -> new CompletableFuture<>(),
                () -> 1,
                System::nanoTime,
                new MqttPayloads.Pace(CHUNK, WINDOW, Duration.ofHours(1)));
        PayloadSource.Stream stream = patient.open(new PayloadSource.Request(NAME, 0, IMAGE.length, Optional.empty()));
        CompletableFuture<IOException> ended =
                CompletableFuture.supplyAsync(() -> assertThrows(IOException.class, () -> read(stream, 1)));

        stream.close();

        assertEquals("closed", ended.join().getMessage());
    }

    @Test
    void arrived_beforeAnythingWasAsked_isAcknowledgedAndForgotten() {
        deliver(PayloadResponder.refusal("FINAL", "hm"), Optional.of(new byte[8]));

        assertEquals(1, answered);
    }
}

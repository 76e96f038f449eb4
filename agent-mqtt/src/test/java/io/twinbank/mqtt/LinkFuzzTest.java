// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.core.Offer;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.UpdateTransport;
import io.twinbank.core.spi.UpdateTransport.Report;
import io.twinbank.core.spi.UpdateTransport.ReportKind;
import io.twinbank.core.suit.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever messages come: nothing is thrown, each is acknowledged once when it is settled, offers are handed over one at a time, what isn't
 * taken has a reason, nothing is published but on the device's own topics, and a payload has no more bytes than were sent.
 */
@Tag("fuzz")
class LinkFuzzTest {
    private static final Logger LOG = Logger.getLogger("io.twinbank.mqtt");
    private static final List<String> TOPICS = List.of(
            "twinbank/gw-1/offer",
            "twinbank/gw-1/command",
            "twinbank/gw-1/payload/data",
            "twinbank/group/line-2/offer",
            "twinbank/gw-1/status",
            "");
    private static final List<String> TYPES = List.of(
            Topics.ENVELOPE,
            Topics.POINTER,
            Topics.COMMAND,
            Topics.PAYLOAD_CHUNK,
            Topics.PAYLOAD_REFUSAL,
            "text/plain");
    private static final int CHUNK = 64;
    private static final int MOST_MESSAGES = 100;

    static {
        LOG.setLevel(Level.OFF);
    }

    static Stream<byte[]> seeds() {
        byte[] chunk = PayloadResponder.chunk(0, 300, "v1", new byte[CHUNK]).payload();
        byte[] last =
                PayloadResponder.chunk(4, 300, "v1", new byte[300 - 4 * CHUNK]).payload();
        byte[] refusal = PayloadResponder.refusal("RETRY", "busy").payload();
        byte[] pointer =
                ("{\"uri\":\"https://a/b\",\"size\":3,\"sha256\":\"" + "00".repeat(32) + "\"}").getBytes(UTF_8);
        return Stream.of(
                concat(message(0, 0, 0, new byte[3]), message(3, 1, 16, pointer), message(1, 2, 4 | 1, new byte[2])),
                concat(message(2, 3, 129, chunk), message(2, 3, 129, chunk), message(2, 3, 129, last)),
                concat(message(2, 4, 129, refusal), message(2, 3, 129, chunk), message(4, 5, 32, new byte[0])));
    }

    private static byte[] message(int topic, int type, int flags, byte[] payload) {
        return concat(
                new byte[] {(byte) topic, (byte) type, (byte) flags, (byte) payload.length, (byte) (payload.length >> 8)
                },
                payload);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void arrived_anyMessages_areSettledOrRefusedWithAReason(byte[] bytes) throws Exception {
        new Device(ByteBuffer.wrap(bytes)).run();
    }

    private static final class Device implements UpdateTransport.Listener, MqttLink {
        private final ByteBuffer in;
        private final ManualLoop loop = new ManualLoop();
        private final Deque<Runnable> unsettledOffers = new ArrayDeque<>();
        private final Deque<Runnable> unsettledCommands = new ArrayDeque<>();
        private final List<AtomicInteger> acknowledged = new ArrayList<>();
        private final MqttTransport transport;
        private Optional<byte[]> lastRequest = Optional.empty();
        private MqttLink.Events events;
        private PayloadSource.Stream stream;
        private long chunkBytes;
        private long readBytes;

        Device(ByteBuffer in) throws IOException {
            this.in = in;
            MqttConfig config = MqttTransport.builder()
                    .serverUri("tcp://broker.example")
                    .allowPlaintext(true)
                    .deviceId("gw-1")
                    .group("line-2")
                    .payloads(true)
                    .config();
            transport = new MqttTransport(
                    config,
                    (server, told) -> {
                        events = told;
                        return this;
                    },
                    loop,
                    () -> 0.5,
                    new MqttPayloads.Pace(CHUNK, 4, Duration.ofSeconds(30)));
            transport.start(this);
            loop.run();
            events.accepted(true);
            events.connected(16);
            stream = open();
            read();
        }

        private PayloadSource.Stream open() throws IOException {
            return transport
                    .payloads()
                    .open(new PayloadSource.Request(URI.create("mqtt:p"), readBytes, 300, Optional.empty()));
        }

        void run() throws Exception {
            for (int i = 0; in.hasRemaining() && i < MOST_MESSAGES; i++) {
                one();
            }
            while (!unsettledOffers.isEmpty() || !unsettledCommands.isEmpty()) {
                settle();
            }
            for (AtomicInteger times : acknowledged) {
                assertEquals(1, times.get(), "acknowledgements of a message");
            }
            stream.close();
            transport.close();
        }

        private void one() throws Exception {
            int topic = next();
            int type = next();
            int flags = next();
            Optional<byte[]> correlation = switch (flags & 3) {
                case 1 -> lastRequest;
                case 2 -> Optional.of(bytes(8));
                case 3 -> Optional.of(bytes(next()));
                default -> Optional.empty();
            };
            Optional<String> responseTopic = switch (flags >> 2 & 3) {
                case 1 -> Optional.of("twinbank/gw-1/answer/desk");
                case 2 -> Optional.of(text());
                case 3 -> Optional.of("twinbank/gw-1/answer/" + text());
                default -> Optional.empty();
            };
            String contentType = type < TYPES.size() ? TYPES.get(type) : text();
            byte[] payload = bytes(next() | next() << 8);
            AtomicInteger times = new AtomicInteger();
            acknowledged.add(times);
            requireReasons(contentType, payload);
            MqttLink.Incoming message = new MqttLink.Incoming(
                    topic < TOPICS.size() ? TOPICS.get(topic) : text(),
                    contentType,
                    responseTopic,
                    correlation,
                    (flags & 16) == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(1)),
                    payload,
                    times::incrementAndGet);
            events.isWanted(message.topic());
            chunkBytes += payload.length;
            events.arrived(message);
            loop.run();
            assertTrue(unsettledOffers.size() <= 1, "offers handed over at a time");
            if ((flags & 32) != 0) {
                settle();
            }
            if ((flags & 64) != 0) {
                loop.advance(Duration.ofSeconds(2));
            }
            if ((flags & 128) != 0) {
                read();
            }
        }

        private static void requireReasons(String contentType, byte[] payload) {
            try {
                OfferReader.read(contentType, payload);
            } catch (IOException e) {
                assertFalse(String.valueOf(e.getMessage()).isBlank());
            }
            try {
                PayloadMessages.chunk(payload);
            } catch (IOException e) {
                assertFalse(String.valueOf(e.getMessage()).isBlank());
            }
            assertFalse(String.valueOf(PayloadMessages.refusal("p", payload).getMessage())
                    .isBlank());
        }

        private void settle() {
            for (Deque<Runnable> each : List.of(unsettledOffers, unsettledCommands)) {
                if (!each.isEmpty()) {
                    each.remove().run();
                }
            }
            loop.run();
        }

        /** Takes what there is: an interrupted thread doesn't wait for more. */
        private void read() throws IOException {
            ByteBuffer all = ByteBuffer.allocate(10 * CHUNK);
            Thread.currentThread().interrupt();
            try {
                while (stream.read(all) > 0) {}
            } catch (IOException e) {
                assertFalse(String.valueOf(e.getMessage()).isBlank());
                if (!Thread.interrupted()) {
                    stream.close();
                    stream = open();
                }
            }
            Thread.interrupted();
            readBytes += all.position();
            assertTrue(readBytes <= chunkBytes, "bytes read");
            loop.run();
        }

        private int next() {
            return in.hasRemaining() ? in.get() & 0xff : 0;
        }

        private byte[] bytes(int count) {
            byte[] bytes = new byte[Math.min(count, in.remaining())];
            in.get(bytes);
            return bytes;
        }

        private String text() {
            return new String(bytes(next()), ISO_8859_1);
        }

        @Override
        public void offered(Offer offer, Runnable settled) {
            unsettledOffers.add(settled);
        }

        @Override
        public void commanded(byte[] command, Runnable settled) {
            unsettledCommands.add(settled);
            transport
                    .send(new Report(ReportKind.ANSWER, Digest.sha256Of(command).toString(), new byte[] {'{', '}'}))
                    .toCompletableFuture();
        }

        @Override
        public void online() {}

        @Override
        public void offline(String why) {}

        @Override
        public void publish(Outgoing message, Published published) {
            String topic = message.topic();
            assertTrue(
                    List.of("twinbank/gw-1/status", "twinbank/gw-1/payload/request", "twinbank/gw-1/answer")
                                    .contains(topic)
                            || topic.startsWith("twinbank/gw-1/answer/")
                                    && topic.indexOf('#') < 0
                                    && topic.indexOf('+') < 0,
                    topic);
            message.reply()
                    .filter(reply -> reply.topic().isPresent())
                    .ifPresent(reply -> lastRequest = Optional.of(reply.correlation()));
            published.done(null);
        }

        @Override
        public void close(boolean orderly) {}
    }
}

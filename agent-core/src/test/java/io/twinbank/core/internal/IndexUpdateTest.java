// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Offer;
import io.twinbank.core.Outcome;
import io.twinbank.core.internal.index.BlockIndexMaker;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.IndexReference;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.Route;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The shipped agent on a fake board fetches the blocks of an image that its banks don't hold. */
class IndexUpdateTest {
    private static final int KIB = 1024;
    private static final byte[] OLD = random(1, 180_000);
    private static final String FULL = "https://updates.example/os.img";
    private static final String STORE = "https://updates.example/os.store";
    private static final String INDEX = "https://updates.example/os.index";
    /** Around what was inserted two blocks have changed, and one where a byte has. */
    private static final long MISSING = 3 * KIB;

    private final Gateway gateway;
    private final Server server = new Server();
    private byte[] image = changed();
    private byte[] index = new byte[0];

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] changed() {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        image.write(OLD, 0, 50_000);
        image.writeBytes(random(2, 777));
        image.write(OLD, 50_000, 70_000);
        image.write(~OLD[120_000]);
        image.write(OLD, 120_001, OLD.length - 120_001);
        return image.toByteArray();
    }

    IndexUpdateTest() throws HalException, IOException {
        publish(image);
        gateway = new Gateway(OLD, board -> {});
        gateway.settings = builder -> builder.payloadSource(server).checkpointBytes(8192);
        gateway.board.bootControl().load(BankId.B, 2);
        gateway.boot();
    }

    private void publish(byte[] release) throws IOException {
        image = release;
        ByteArrayOutputStream store = new ByteArrayOutputStream();
        index = new BlockIndexMaker(KIB, Optional.of(store))
                .make(new ByteArrayInputStream(image), image.length, done -> {})
                .encode();
        server.payloads.put(FULL, image);
        server.payloads.put(STORE, store.toByteArray());
        server.payloads.put(INDEX, index);
    }

    /** Serves ranges of payloads by their addresses, and counts what it sends of each. */
    private static final class Server implements PayloadSource {
        final Map<String, byte[]> payloads = new HashMap<>();
        final Map<String, Long> sent = new HashMap<>();

        long sent(String uri) {
            return sent.getOrDefault(uri, 0L);
        }

        @Override
        public boolean serves(URI uri) {
            return true;
        }

        @Override
        public Stream open(Request request) throws IOException {
            String uri = request.uri().toString();
            byte[] payload = payloads.get(uri);
            if (payload == null) {
                throw new PayloadException(PayloadException.Kind.FINAL, "404 of " + uri);
            }
            return new Stream() {
                private int at = (int) request.offset();
                private long end = Math.min(payload.length, request.end());

                @Override
                public int read(ByteBuffer dst) {
                    int length = (int) Math.min(Math.min(end - at, 200), dst.remaining());
                    if (length == 0) {
                        return -1;
                    }
                    dst.put(payload, at, length);
                    at += length;
                    sent.merge(uri, (long) length, Long::sum);
                    return length;
                }

                @Override
                public boolean turnTo(long offset, long before) {
                    at = (int) offset;
                    end = before;
                    return true;
                }

                @Override
                public Optional<String> validator() {
                    return Optional.of(uri);
                }

                @Override
                public OptionalLong sizeBytes() {
                    return OptionalLong.of(payload.length);
                }

                @Override
                public void close() {}
            };
        }
    }

    private byte[] envelope() {
        IndexReference reference = new IndexReference(Digest.sha256Of(index), index.length, URI.create(INDEX));
        Route route = new Route(URI.create(STORE), PayloadEncoding.by(reference));
        return Gateway.sign(Gateway.builder(11, 2)
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(image), image.length, FULL, PayloadEncoding.IDENTITY, List.of(route))));
    }

    private <T extends AgentEvent> List<T> events(Class<T> type) {
        return gateway.events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private void stepUntil(BooleanSupplier there) {
        for (int steps = 0; !there.getAsBoolean(); steps++) {
            assertTrue(steps < 5_000 && gateway.scheduler.step(), "never comes to that");
        }
    }

    private void installed() {
        gateway.pass(Duration.ofSeconds(6));
        BankId running = gateway.boot();
        gateway.pass(Duration.ofSeconds(6));
        assertEquals(BankId.B, running, gateway.events.toString());
        assertArrayEquals(image, Arrays.copyOf(gateway.board.bank(BankId.B).content(), image.length));
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void offer_aBlockIndex_isInstalledByTheBlocksThatAreMissing() {
        gateway.offer(envelope());
        installed();

        assertEquals(index.length, server.sent(INDEX));
        assertEquals(MISSING, server.sent(STORE));
        assertEquals(0, server.sent(FULL));
        assertEquals(
                List.of(new AgentEvent.RouteTaken(
                        "os", "block index " + Digest.sha256Of(index), MISSING, image.length, List.of())),
                events(AgentEvent.RouteTaken.class));
        assertEquals(List.of(), events(AgentEvent.Trouble.class));
    }

    @Test
    void offer_indexThatIsGone_takesTheFullImage() {
        server.payloads.remove(INDEX);

        gateway.offer(envelope());
        installed();

        assertEquals(
                List.of("PAYLOAD_UNAVAILABLE: 404 of " + INDEX),
                events(AgentEvent.RouteRefused.class).stream()
                        .map(AgentEvent.RouteRefused::why)
                        .toList());
        assertEquals(0, server.sent(STORE));
        assertEquals(image.length, server.sent(FULL));
    }

    @Test
    void download_storeThatIsGone_goesOnWithTheFullImage() {
        server.payloads.remove(STORE);

        gateway.offer(envelope());
        installed();

        assertEquals(
                List.of("PAYLOAD_UNAVAILABLE: 404 of " + STORE),
                events(AgentEvent.RouteRefused.class).stream()
                        .map(AgentEvent.RouteRefused::why)
                        .toList());
        assertTrue(server.sent(FULL) <= image.length);
    }

    /** Nothing of what was found out is stored: the index is fetched again, the blocks that are in the bank aren't. */
    @Test
    void restart_inTheMiddle_fetchesTheIndexAgainAndNoBlockTwice() {
        gateway.agent.offer(new Offer.Envelope(envelope()));
        stepUntil(() -> events(AgentEvent.Progress.class).stream().anyMatch(event -> event.doneBytes() > 100_000));

        gateway.boot();
        installed();

        assertEquals(2L * index.length, server.sent(INDEX));
        assertTrue(server.sent(STORE) <= MISSING + KIB, server.sent(STORE) + " bytes");
        assertEquals(0, server.sent(FULL));
    }

    @Test
    void download_bankChangesMeanwhile_saysHowMuchMoreItTook() {
        gateway.agent.offer(new Offer.Envelope(envelope()));
        stepUntil(() -> server.sent(STORE) > 0);
        byte[] flipped = OLD.clone();
        flipped[140_000] ^= 1;
        gateway.board.bank(BankId.A).flash(flipped);
        installed();

        long more = server.sent(STORE) - MISSING;
        assertTrue(more > 40 * KIB && more <= 64 * KIB, more + " bytes");
        assertEquals(
                List.of(new AgentEvent.Trouble(
                        "a bank changed while it was read: " + more + " bytes more than predicted were fetched")),
                events(AgentEvent.Trouble.class));
    }

    private void budget(long bytesPerMonth) {
        SitePolicy policy = SitePolicy.builder()
                .zone(ZoneId.of("UTC"))
                .budget(bytesPerMonth)
                .build();
        gateway.settings =
                builder -> builder.payloadSource(server).checkpointBytes(8192).sitePolicy(policy);
        gateway.boot();
        gateway.board.clock().synchronise(Instant.parse("2027-03-01T12:00:00Z"));
    }

    /** Before the index is here a quarter of the image is expected. */
    @Test
    void budget_forWhatIsExpected_isEnoughAndNotUsedUp() {
        budget(index.length + (image.length + 3) / 4);

        gateway.offer(envelope());
        installed();

        assertEquals(index.length + MISSING, server.sent(INDEX) + server.sent(STORE));
        assertEquals(0, server.sent(FULL));
    }

    /** What is left of the month is less than an erase unit, and all the rest is in the bank. */
    @Test
    void budget_usedUpLongBeforeTheEnd_isEnoughWhereTheRestIsHere() throws IOException {
        byte[] release = OLD.clone();
        System.arraycopy(random(3, 43 * KIB), 0, release, 0, 43 * KIB);
        publish(release);
        budget(index.length + release.length / 4);

        gateway.offer(envelope());
        installed();

        assertEquals(43L * KIB, server.sent(STORE));
        assertEquals(0, server.sent(FULL));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Offer;
import io.twinbank.core.Outcome;
import io.twinbank.core.UpdateState;
import io.twinbank.core.internal.delta.Deltas;
import io.twinbank.core.internal.pipeline.Framing;
import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.EnvelopeBuilder;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.Route;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The shipped agent on a fake board chooses between the routes to an image, and goes on by another where one turns out not to lead there. */
class RouteUpdateTest {
    private static final int FRAME_BYTES = 4096;
    private static final byte[] OLD = Deltas.oldImage(180_000);
    private static final byte[] IMAGE = Deltas.newImage(OLD, 40 * FRAME_BYTES + 500);
    private static final Framing DELTA = Deltas.of(OLD, IMAGE, FRAME_BYTES);
    /** The same in fewer frames, so that it is smaller. */
    private static final Framing SMALLER = Deltas.of(OLD, IMAGE, 2 * FRAME_BYTES);

    private static final String FULL = "https://updates.example/os.img";
    private static final String BY_DELTA = "https://updates.example/os.delta";
    private static final String BY_SMALLER = "https://updates.example/os.smaller";
    private static final Instant MONDAY_NOON = Instant.parse("2027-03-01T12:00:00Z");

    private final Gateway gateway;
    private final Server server = new Server();

    RouteUpdateTest() throws HalException {
        gateway = new Gateway(OLD, board -> {});
        gateway.settings = builder -> builder.payloadSource(server).checkpointBytes(8192);
        gateway.board.bootControl().load(BankId.B, 2);
        server.payloads.put(FULL, IMAGE);
        server.payloads.put(BY_DELTA, DELTA.payload());
        server.payloads.put(BY_SMALLER, SMALLER.payload());
        gateway.boot();
    }

    /** Serves payloads by their addresses, and counts what it sends of each. A version of one is none of another. */
    private static final class Server implements PayloadSource {
        final Map<String, byte[]> payloads = new HashMap<>();
        final Map<String, Long> sent = new HashMap<>();
        final List<String> openings = new ArrayList<>();

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
            if (request.validator().isPresent() && !request.validator().get().equals(uri)) {
                throw new PayloadException(PayloadException.Kind.CHANGED, "another version of " + uri);
            }
            openings.add(uri.substring(uri.lastIndexOf('/') + 1) + " from " + request.offset());
            return new Stream() {
                private int at = (int) request.offset();

                @Override
                public int read(ByteBuffer dst) {
                    int length = Math.min(Math.min(payload.length - at, 200), dst.remaining());
                    if (length == 0) {
                        return -1;
                    }
                    dst.put(payload, at, length);
                    at += length;
                    sent.merge(uri, (long) length, Long::sum);
                    return length;
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

    private record Way(String uri, Framing framing) {}

    private static byte[] envelope(Way... ways) {
        EnvelopeBuilder builder = Gateway.builder(11, 2);
        return Gateway.sign(builder.image(image(builder, FULL, ways)));
    }

    private static EnvelopeBuilder.Image image(EnvelopeBuilder builder, String full, Way... ways) {
        List<Route> routes = new ArrayList<>();
        for (Way way : ways) {
            PayloadEncoding encoding = way.framing().encoding(1024);
            routes.add(new Route(URI.create(way.uri()), encoding));
            builder.integratedPayload(
                    ChunkHashes.name(routes.size()),
                    encoding.chunkHashes().orElseThrow().bytes());
        }
        return new EnvelopeBuilder.Image(Digest.sha256Of(IMAGE), IMAGE.length, full, PayloadEncoding.IDENTITY, routes);
    }

    private static byte[] byDelta() {
        return envelope(new Way(BY_DELTA, DELTA));
    }

    private <T extends AgentEvent> List<T> events(Class<T> type) {
        return gateway.events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private UpdateState state() {
        return gateway.agent.status().state();
    }

    /** Offers, and lets nothing happen yet. */
    private void begin(byte[] envelope) {
        gateway.agent.offer(new Offer.Envelope(envelope));
    }

    private void stepUntil(Predicate<RouteUpdateTest> there) {
        for (int steps = 0; !there.test(this); steps++) {
            assertTrue(steps < 2_000 && gateway.scheduler.step(), "never comes to that");
        }
    }

    /** Lets the download and the trial happen. */
    private void installed() {
        gateway.pass(Duration.ofSeconds(6));
        BankId running = gateway.boot();
        gateway.pass(Duration.ofSeconds(6));
        assertEquals(BankId.B, running);
        assertArrayEquals(IMAGE, Arrays.copyOf(gateway.board.bank(BankId.B).content(), IMAGE.length));
        assertEquals(List.of(new Outcome.Installed(false)), gateway.outcomes());
    }

    @Test
    void offer_aDeltaFromWhatRuns_isInstalledByTheDeltaAlone() {
        begin(byDelta());
        stepUntil(test -> test.server.sent(BY_DELTA) > 0);
        String route = "delta from " + Digest.sha256Of(OLD) + ", about " + DELTA.payload().length + " of 164340 bytes";
        assertEquals(route, gateway.agent.status().route());
        assertTrue(
                gateway.agent.explain().contains("\nThe image is fetched by " + route + "."), gateway.agent.explain());
        installed();

        assertEquals(DELTA.payload().length, server.sent(BY_DELTA));
        assertEquals(0, server.sent(FULL));
        assertEquals(
                List.of(new AgentEvent.RouteTaken(
                        "os", "delta from " + Digest.sha256Of(OLD), DELTA.payload().length, IMAGE.length, List.of())),
                events(AgentEvent.RouteTaken.class));
        assertEquals("", gateway.agent.status().route());
    }

    /** The old image is known to be the one from its first to its last byte before anything is fetched. */
    @Test
    void download_ofADelta_beginsOnceTheOldImageWasRead() {
        begin(byDelta());

        stepUntil(test ->
                test.gateway.events.contains(new AgentEvent.Waiting("the old image's digest, 180000 of 180000 bytes")));
        assertEquals(0, server.sent(BY_DELTA));
        stepUntil(test -> test.server.sent(BY_DELTA) > 0);

        assertEquals("", gateway.agent.status().waitingFor());
    }

    @Test
    void restart_inTheMiddleOfAGroup_goesOnThereAndFetchesItsGroupAgain() {
        begin(byDelta());
        stepUntil(test -> test.events(AgentEvent.Progress.class).stream()
                .anyMatch(event -> event.doneBytes() > 37 * FRAME_BYTES));
        gateway.events.clear();
        server.openings.clear();

        gateway.boot();
        installed();

        assertEquals(
                List.of(new AgentEvent.DownloadResumed(38 * FRAME_BYTES, IMAGE.length)),
                events(AgentEvent.DownloadResumed.class));
        assertEquals(List.of("os.delta from 0", "os.delta from 10240"), server.openings);
        assertEquals(0, server.sent(FULL));
    }

    @Test
    void offer_aDeltaFromAnotherImage_takesTheFullOneAndSaysWhy() {
        Framing other = Deltas.of(IMAGE, IMAGE, FRAME_BYTES);

        begin(envelope(new Way(BY_DELTA, other)));
        stepUntil(test -> test.server.sent(FULL) > 0);

        assertEquals(0, server.sent(BY_DELTA));
        assertEquals(
                List.of(new AgentEvent.RouteTaken(
                        "os",
                        "full image",
                        IMAGE.length,
                        IMAGE.length,
                        List.of("delta from " + Digest.sha256Of(IMAGE) + ": the running image is "
                                + Digest.sha256Of(OLD)))),
                events(AgentEvent.RouteTaken.class));
        assertEquals(List.of(), events(AgentEvent.RouteRefused.class));
        installed();
    }

    @Test
    void offer_aBitOfTheOldImageHasFlipped_takesTheFullImageBeforeAByteOfTheDelta() {
        byte[] found = OLD.clone();
        found[OLD.length - 1] ^= 1;
        gateway.board.bank(BankId.A).flash(found);

        gateway.offer(byDelta());
        installed();

        assertEquals(0, server.sent(BY_DELTA));
        assertEquals(
                List.of(new AgentEvent.RouteRefused(
                        "os",
                        "delta from " + Digest.sha256Of(OLD),
                        "the running bank holds " + Digest.sha256Of(found) + " in its first 180000 bytes")),
                events(AgentEvent.RouteRefused.class));
    }

    @Test
    void download_aBitOfTheOldImageFlips_goesOnWithTheFullImageFromThere() {
        begin(byDelta());
        stepUntil(test -> test.server.sent(BY_DELTA) > 0);
        byte[] found = OLD.clone();
        found[31 * FRAME_BYTES + 3000] ^= 1;
        gateway.board.bank(BankId.A).flash(found);
        installed();

        AgentEvent.RouteRefused refused = events(AgentEvent.RouteRefused.class).get(0);
        assertTrue(refused.why().startsWith("PAYLOAD_DIGEST: frame 32 of 41, encoded at byte "), refused.why());
        assertEquals(List.of("os.delta from 0", "os.img from " + 31 * FRAME_BYTES), server.openings);
        assertEquals("full image", events(AgentEvent.RouteTaken.class).get(1).route());
        assertEquals(
                List.of("delta from " + Digest.sha256Of(OLD) + ": " + refused.why()),
                events(AgentEvent.RouteTaken.class).get(1).impossible());
    }

    @Test
    void download_theDeltaIsGone_goesOnWithTheFullImage() {
        server.payloads.remove(BY_DELTA);

        gateway.offer(byDelta());
        installed();

        assertEquals(
                List.of("PAYLOAD_UNAVAILABLE: 404 of " + BY_DELTA),
                events(AgentEvent.RouteRefused.class).stream()
                        .map(AgentEvent.RouteRefused::why)
                        .toList());
    }

    /** Its maker signed a delta that leads elsewhere: nothing of what it gave is gone on with. */
    @Test
    void download_theDeltaLeadsElsewhere_beginsAnewWithTheFullImage() {
        byte[] elsewhere = IMAGE.clone();
        elsewhere[FRAME_BYTES - 1]++;
        Framing wrong = Deltas.of(OLD, elsewhere, FRAME_BYTES);
        server.payloads.put(BY_DELTA, wrong.payload());

        gateway.offer(envelope(new Way(BY_DELTA, wrong)));
        installed();

        assertEquals(List.of("os.delta from 0", "os.img from 0"), server.openings);
    }

    @Test
    void offer_twoDeltas_takesTheSmaller() {
        assertTrue(SMALLER.payload().length < DELTA.payload().length);

        gateway.offer(envelope(new Way(BY_DELTA, DELTA), new Way(BY_SMALLER, SMALLER)));
        installed();

        assertEquals(0, server.sent(BY_DELTA));
        assertEquals(SMALLER.payload().length, server.sent(BY_SMALLER));
        assertEquals(0, server.sent(FULL));
    }

    @Test
    void download_theSmallerDeltaIsGone_goesOnWithTheOther() {
        server.payloads.remove(BY_SMALLER);

        gateway.offer(envelope(new Way(BY_DELTA, DELTA), new Way(BY_SMALLER, SMALLER)));
        installed();

        assertEquals(DELTA.payload().length, server.sent(BY_DELTA));
        assertEquals(0, server.sent(FULL));
    }

    @Test
    void offer_framesLargerThanTheAgentAllows_takesTheFullImage() {
        gateway.settings = builder -> builder.payloadSource(server).maxFrameBytes(FRAME_BYTES);
        gateway.boot();

        gateway.offer(envelope(new Way(BY_SMALLER, SMALLER)));
        installed();

        assertEquals(
                List.of("delta from " + Digest.sha256Of(OLD)
                        + ": LIMIT_EXCEEDED: frame size of the payload (found 8192 bytes, expected at most 4096 bytes"
                        + " (maxFrameBytes))"),
                events(AgentEvent.RouteTaken.class).get(0).impossible());
    }

    /** What a handler has isn't in a bank, so there is nothing to make it from. */
    @Test
    void offer_ofAComponentBesideTheBanks_takesTheFullPayload() {
        MemoryComponent config = new MemoryComponent("config", gateway.board.trace());
        gateway.settings = builder -> builder.payloadSource(server).component(ComponentId.of("config"), config);
        gateway.boot();

        EnvelopeBuilder builder = Gateway.builder(11, 2);
        builder.image(new EnvelopeBuilder.Image(Digest.sha256Of(IMAGE), IMAGE.length, FULL));
        String here = "https://updates.example/config";
        server.payloads.put(here, IMAGE);
        builder.component(ComponentId.of("config"), image(builder, here, new Way(BY_DELTA, DELTA)));
        gateway.offer(Gateway.sign(builder));
        installed();

        assertEquals(0, server.sent(BY_DELTA));
        assertEquals(IMAGE.length, server.sent(here));
        assertEquals(List.of(), events(AgentEvent.RouteTaken.class));
    }

    @Test
    void restart_inTheSecondOfTwoImages_goesOnByItsOwnRoute() throws Exception {
        ComponentId boot = ComponentId.of("boot");
        Gateway two = new Gateway(OLD, board -> board.components(Gateway.OS, boot), boot);
        two.settings = gateway.settings;
        two.board.bootControl().load(BankId.B, 2);
        two.boot();
        EnvelopeBuilder builder = Gateway.builder(11, 2);
        builder.image(new EnvelopeBuilder.Image(Digest.sha256Of(IMAGE), IMAGE.length, FULL));
        builder.component(boot, image(builder, "https://updates.example/boot.img", new Way(BY_DELTA, DELTA)));
        two.agent.offer(new Offer.Envelope(Gateway.sign(builder)));
        for (int steps = 0; two.events.stream().noneMatch(RouteUpdateTest::isBeyondTheFirst); steps++) {
            assertTrue(steps < 2_000 && two.scheduler.step(), "never comes to that");
        }
        server.openings.clear();

        two.boot();
        two.pass(Duration.ofSeconds(6));
        two.boot();

        assertArrayEquals(IMAGE, Arrays.copyOf(two.board.bank(BankId.B, boot).content(), IMAGE.length));
        assertEquals(List.of(new Outcome.Installed(false)), two.outcomes());
        assertEquals(List.of("os.delta from 0"), server.openings);
        assertEquals(IMAGE.length, server.sent(FULL));
        assertTrue(
                two.events.stream()
                        .anyMatch(event -> event instanceof AgentEvent.DownloadResumed resumed
                                && resumed.offsetBytes() > IMAGE.length),
                "went on in the second image");
    }

    private static boolean isBeyondTheFirst(AgentEvent event) {
        return event instanceof AgentEvent.Progress progress && progress.doneBytes() > IMAGE.length + 5 * FRAME_BYTES;
    }

    private void budget(long bytesPerMonth) {
        SitePolicy policy = SitePolicy.builder()
                .zone(ZoneId.of("UTC"))
                .budget(bytesPerMonth)
                .build();
        gateway.settings =
                builder -> builder.payloadSource(server).checkpointBytes(8192).sitePolicy(policy);
        gateway.boot();
        gateway.board.clock().synchronise(MONDAY_NOON);
    }

    @Test
    void budget_thatIsEnoughForTheDeltaOnly_isEnough() {
        budget(DELTA.payload().length);

        gateway.offer(byDelta());
        installed();

        assertEquals(DELTA.payload().length, server.sent(BY_DELTA));
    }

    @Test
    void budget_theDeltaIsRefused_waitsAndFetchesNothingOfTheFullImage() {
        budget(20_000);
        begin(byDelta());
        stepUntil(test -> test.server.sent(BY_DELTA) > 0);
        byte[] found = OLD.clone();
        found[30 * FRAME_BYTES + 3000] ^= 1;
        gateway.board.bank(BankId.A).flash(found);

        gateway.pass(Duration.ofMinutes(5));

        assertEquals(UpdateState.DOWNLOADING, state());
        assertEquals(
                "waiting to download for a larger budget: 41460 bytes have to be fetched at once, and a month has only"
                        + " 20000",
                gateway.agent.status().waitingFor());
        assertEquals(0, server.sent(FULL));
    }

    @Test
    void budget_ofTheNextMonth_goesOnWithTheFullImageWhereTheDeltaLeftIt() {
        budget(45_000);
        begin(byDelta());
        stepUntil(test -> test.server.sent(BY_DELTA) > 0);
        byte[] found = OLD.clone();
        found[30 * FRAME_BYTES + 3000] ^= 1;
        gateway.board.bank(BankId.A).flash(found);
        gateway.pass(Duration.ofMinutes(5));
        assertEquals(0, server.sent(FULL), gateway.agent.status().waitingFor());

        gateway.board.clock().synchronise(Instant.parse("2027-04-01T00:00:00Z"));
        gateway.pass(Duration.ofMinutes(1));
        installed();

        assertEquals(IMAGE.length - 30 * FRAME_BYTES, server.sent(FULL));
    }
}

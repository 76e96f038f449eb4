// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static io.twinbank.core.suit.Commands.COPY;
import static io.twinbank.core.suit.Commands.FETCH_AND_MATCH;
import static io.twinbank.core.suit.Commands.MATCH;
import static io.twinbank.core.suit.Commands.WRITE;
import static io.twinbank.core.suit.Commands.all;
import static io.twinbank.core.suit.Commands.select;
import static io.twinbank.core.suit.Commands.selectAll;
import static io.twinbank.core.suit.Commands.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.internal.index.BlockIndex;
import io.twinbank.hal.BankId;
import io.twinbank.hal.Role;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Other ways to the same image: what a plan has of them, and what is refused. */
class RoutesTest {
    private static final ManifestVerifier VERIFIER = new ManifestVerifier(Limits.standard());
    private static final byte[] IMAGE = new byte[10_000];
    private static final byte[] OLD = new byte[9_000];
    private static final int FRAME = 4096;
    private static final int PATCH_BYTES = 1500;
    private static final Frames.Base BASE = new Frames.Base(Digest.sha256Of(OLD), OLD.length);
    private static final Frames DELTA = new Frames(Frames.Codec.DELTA, FRAME, PATCH_BYTES, Optional.of(BASE));
    private static final ChunkHashes HASHES = new ChunkHashes(1024, new byte[64]);
    private static final IndexReference INDEX =
            new IndexReference(Digest.sha256Of(new byte[5]), 5, URI.create("https://x.example/fw.index"));
    private static final CoseEncrypt CTR = Fixtures.encryption(ContentAlgorithm.A128CTR, new byte[16]);
    private static final CoseEncrypt GCM = Fixtures.encryption(ContentAlgorithm.A128GCM, new byte[12]);

    private static final Route BY_DELTA =
            route("fw.delta", PayloadEncoding.IDENTITY.with(HASHES).with(DELTA));
    private static final Route BY_ENCRYPTED_DELTA = route(
            "fw.delta.enc",
            new PayloadEncoding(Optional.of(CTR), OptionalInt.empty())
                    .with(new ChunkHashes(1 << 20, new byte[32]))
                    .with(DELTA));
    private static final Route BY_INDEX = route("fw.store", PayloadEncoding.by(INDEX));

    private static Route route(String name, PayloadEncoding encoding) {
        return new Route(URI.create("https://x.example/" + name), encoding);
    }

    private static EnvelopeBuilder builder(Route... routes) {
        EnvelopeBuilder builder = Fixtures.builder()
                .image(new EnvelopeBuilder.Image(
                        Digest.sha256Of(IMAGE),
                        IMAGE.length,
                        "https://x.example/fw.img",
                        PayloadEncoding.IDENTITY,
                        List.of(routes)));
        for (int i = 0; i < routes.length; i++) {
            Optional<ChunkHashes> hashes = routes[i].encoding().chunkHashes();
            if (hashes.isPresent()) {
                builder.integratedPayload(ChunkHashes.name(i + 1), hashes.get().bytes());
            }
        }
        return builder;
    }

    /** Each kind of route. */
    static EnvelopeBuilder everyRoute() {
        return builder(BY_INDEX, BY_DELTA, BY_ENCRYPTED_DELTA);
    }

    private static InstallStep plan(byte[] envelope) throws RejectedException {
        return VERIFIER.plan(
                        VERIFIER.authenticate(envelope, Fixtures.policy(), Role.FIRMWARE), Fixtures.target(BankId.A))
                .image();
    }

    private static Rejection refused(byte[] envelope) {
        return assertThrows(RejectedException.class, () -> plan(envelope)).rejection();
    }

    @Test
    void plan_whatTheBuilderMade_hasTheRoutesInTheirOrder() throws Exception {
        InstallStep step = plan(Fixtures.sign(everyRoute()));

        assertEquals(new PayloadLocation.Remote(URI.create("https://x.example/fw.img")), step.payload());
        assertEquals(PayloadEncoding.IDENTITY, step.encoding());
        assertEquals(List.of(BY_INDEX, BY_DELTA), step.routes().subList(0, 2));
        Route third = step.routes().get(2);
        assertEquals(BY_ENCRYPTED_DELTA.uri(), third.uri());
        assertEquals(BY_ENCRYPTED_DELTA.encoding().toString(), third.encoding().toString());
        assertEquals(
                BY_ENCRYPTED_DELTA.encoding().chunkHashes(), third.encoding().chunkHashes());
        assertEquals(3, step.routes().size());
    }

    @Test
    void plan_severedInstall_hasTheRoutesAsLongAsItIsThere() throws Exception {
        assertEquals(
                List.of(BY_DELTA),
                plan(Fixtures.sign(builder(BY_DELTA).severInstall())).routes());
    }

    @Test
    void plan_imagesForEachBank_hasTheRoutesOfTheOneToBeWritten() throws Exception {
        EnvelopeBuilder builder = Fixtures.builder()
                .image(
                        BankId.A,
                        new EnvelopeBuilder.Image(
                                Digest.sha256Of(IMAGE),
                                IMAGE.length,
                                "https://x.example/a",
                                PayloadEncoding.IDENTITY,
                                List.of(BY_INDEX)))
                .image(BankId.B, Fixtures.IMAGE);
        Authentic authentic = VERIFIER.authenticate(Fixtures.sign(builder), Fixtures.policy(), Role.FIRMWARE);

        assertEquals(
                List.of(BY_INDEX),
                VERIFIER.plan(authentic, Fixtures.target(BankId.A)).image().routes());
        assertEquals(
                List.of(),
                VERIFIER.plan(authentic, Fixtures.target(BankId.B)).image().routes());
    }

    @Test
    void encodedBytes_delta_isItsPayload() {
        assertEquals(PATCH_BYTES, BY_DELTA.encoding().encodedBytes(IMAGE.length));
        assertEquals(
                (4096 + 16 + 64) + (20 + 4 * 16384) + 3 * 1024,
                BY_DELTA.encoding().pieceBytes());
        assertEquals(
                "identity, in 2 chunks of 1024 bytes, each hashed, delta from " + BASE.digest()
                        + " in frames of 4096 bytes, 1500 bytes encoded",
                BY_DELTA.encoding().toString());
    }

    @Test
    void encodedBytes_index_isTheMostThatMayBeFetched() {
        assertEquals(5 + IMAGE.length, BY_INDEX.encoding().encodedBytes(IMAGE.length));
        assertEquals(
                5 + BlockIndex.MAX_BLOCK_BYTES * BlockIndex.GROUP_BLOCKS,
                BY_INDEX.encoding().pieceBytes());
        assertEquals(
                "what the block index https://x.example/fw.index leaves (5 bytes, " + INDEX.digest() + ")",
                BY_INDEX.encoding().toString());
    }

    @Test
    void maxBytes_ofIndexAndDeltaFrames_areWhatTheirDecodersTake() {
        assertEquals(BlockIndex.MAX_INDEX_BYTES, IndexReference.MAX_BYTES);
        assertEquals(1 << 20, Frames.Codec.DELTA.maxFrameBytes());
        assertEquals(Frames.MAX_FRAME_BYTES, Frames.Codec.ZSTD.maxFrameBytes());
    }

    @Test
    void new_outOfBounds_throws() {
        assertThrows(IllegalArgumentException.class, () -> new Frames.Base(BASE.digest(), 0));
        assertThrows(IllegalArgumentException.class, () -> new IndexReference(INDEX.digest(), 0, INDEX.uri()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new IndexReference(INDEX.digest(), IndexReference.MAX_BYTES + 1L, INDEX.uri()));
        assertThrows(IllegalArgumentException.class, () -> new Frames(Frames.Codec.DELTA, FRAME, 1));
        assertThrows(IllegalArgumentException.class, () -> new Frames(Frames.Codec.ZSTD, FRAME, 1, Optional.of(BASE)));
        assertThrows(
                IllegalArgumentException.class, () -> new Frames(Frames.Codec.DELTA, 2 << 20, 1, Optional.of(BASE)));
        assertThrows(IllegalArgumentException.class, () -> builder(BY_INDEX, BY_INDEX, BY_INDEX, BY_INDEX, BY_INDEX));
    }

    // What is refused when the manifest is read.

    private static final String UNKNOWN = "UNSUPPORTED: parameter route 1 of routes (-261) other than hashed chunks"
            + " ([[1, size, digest]]), the same with zstd frames ([…, [3, frame size, encoded size]]) or delta frames"
            + " ([…, [4, frame size, encoded size, base digest, base size]]), sealed chunks ([[2, size]]), and a block"
            + " index ([[5, digest, size, URI]]) in the shared sequence (4) at byte N";

    private static void hashed(CborWriter step) {
        step.integer(1).integer(1024);
        Digest.sha256Of(HASHES.bytes()).encode(step);
    }

    private static Consumer<CborWriter> delta(long frameBytes, long encodedBytes, long baseBytes) {
        return step -> {
            step.integer(4).integer(frameBytes).integer(encodedBytes);
            BASE.digest().encode(step);
            step.integer(baseBytes);
        };
    }

    private static Consumer<CborWriter> index(long bytes, String uri) {
        return step -> {
            step.integer(5);
            INDEX.digest().encode(step);
            step.integer(bytes).text(uri);
        };
    }

    @SafeVarargs
    private static Consumer<CborWriter> steps(Consumer<CborWriter>... steps) {
        return w -> w.array(a -> {
            for (Consumer<CborWriter> step : steps) {
                a.array(step);
            }
        });
    }

    private static Consumer<CborWriter> route(Consumer<CborWriter> steps) {
        return route("https://x.example/fw.delta", steps);
    }

    private static Consumer<CborWriter> route(String uri, Consumer<CborWriter> steps) {
        return w -> w.array(route -> {
            route.text(uri);
            steps.accept(route);
        });
    }

    @SafeVarargs
    private static Consumer<CborWriter> routes(Consumer<CborWriter>... routes) {
        return w -> w.array(a -> {
            for (Consumer<CborWriter> route : routes) {
                route.accept(a);
            }
        });
    }

    static Stream<Arguments> defects() {
        Consumer<CborWriter> chunks = RoutesTest::hashed;
        Consumer<CborWriter> delta = delta(FRAME, PATCH_BYTES, OLD.length);
        Consumer<CborWriter> good = route(steps(chunks, delta));
        Consumer<CborWriter> byIndex = route(steps(index(5, "https://x.example/i")));
        return Stream.of(
                arguments("", routes(good)),
                arguments("", routes(byIndex, byIndex, byIndex, byIndex)),
                arguments("", routes(route(steps(chunks, delta(1 << 20, PATCH_BYTES, Long.MAX_VALUE))))),
                arguments("", routes(route(steps(index(6 << 20, "https://x.example/i"))))),
                arguments("MALFORMED: routes (-261) at byte N (found none, expected at least one)", routes()),
                arguments(
                        "LIMIT_EXCEEDED: number of routes (-261) at byte N (found 5, expected at most 4)",
                        routes(byIndex, byIndex, byIndex, byIndex, byIndex)),
                arguments("MALFORMED: CBOR at byte N (found UNSIGNED, expected ARRAY)", w(w -> w.integer(0))),
                arguments(
                        "MALFORMED: route 2 of routes (-261) at byte N (found 1 items, expected 2 or 3: URI, steps,"
                                + " encryption-info)",
                        routes(byIndex, w -> w.array(a -> a.text("https://x.example/")))),
                arguments(
                        "MALFORMED: route 1 of routes (-261) at byte N (found 4 items, expected 2 or 3: URI, steps,"
                                + " encryption-info)",
                        routes(w -> w.array(a -> a.text("https://x.example/")
                                .integer(0)
                                .integer(0)
                                .integer(0)))),
                arguments(
                        "MALFORMED: URI of route 1 of routes (-261) at byte N (found #delta, expected an absolute URI)",
                        routes(route("#delta", steps(chunks, delta)))),
                arguments(
                        "MALFORMED: URI of route 1 of routes (-261) at byte N (found https://x y, expected an absolute"
                                + " URI)",
                        routes(route("https://x y", steps(chunks, delta)))),
                arguments(
                        "LIMIT_EXCEEDED: CBOR at byte N (found 2049 bytes, expected at most 2048)",
                        routes(route("https:" + "x".repeat(2043), steps(chunks, delta)))),
                arguments(
                        "MALFORMED: COSE_Encrypt at byte N (found no tag, expected tag 96)",
                        routes(w -> w.array(a -> {
                            a.text("https://x.example/");
                            steps(chunks, delta).accept(a);
                            a.bytes(new byte[] {0});
                        }))),
                // identity, nothing, what nobody knows, and what doesn't go together
                arguments(UNKNOWN, routes(route(w -> w.integer(0)))),
                arguments(UNKNOWN, routes(route(steps()))),
                arguments(UNKNOWN, routes(route(steps(s -> s.integer(6).integer(0))))),
                arguments(
                        UNKNOWN,
                        routes(route(
                                steps(chunks, s -> s.integer(4).integer(FRAME).integer(100))))),
                arguments(UNKNOWN, routes(route(steps(chunks, delta, delta)))),
                arguments(UNKNOWN, routes(route(steps(delta, chunks)))),
                arguments(UNKNOWN, routes(route(steps(chunks, index(5, "https://x.example/i"))))),
                arguments(UNKNOWN, routes(route(steps(index(5, "https://x.example/i"), chunks)))),
                arguments(UNKNOWN, routes(route(steps(index(5, "https://x.example/i"), delta)))),
                arguments(
                        UNKNOWN.replace("route 1", "route 2"),
                        routes(good, route(steps(s -> s.integer(5).integer(5))))),
                // numbers out of bounds
                arguments(
                        "LIMIT_EXCEEDED: chunk size of route 1 of routes (-261) at byte N (found 1023, expected at least"
                                + " 1024)",
                        routes(route(steps(s -> s.integer(2).integer(1023))))),
                arguments(
                        "LIMIT_EXCEEDED: frame size of route 1 of routes (-261) at byte N (found 2048, expected a power"
                                + " of two of at least 4096)",
                        routes(route(steps(chunks, delta(2048, PATCH_BYTES, 1))))),
                arguments(
                        "LIMIT_EXCEEDED: CBOR at byte N (found 2097152, expected at most 1048576)",
                        routes(route(steps(chunks, delta(2 << 20, PATCH_BYTES, 1))))),
                arguments(
                        "MALFORMED: encoded size of route 1 of routes (-261) at byte N (found 0, expected at least 1)",
                        routes(route(steps(chunks, delta(FRAME, 0, 1))))),
                arguments(
                        "MALFORMED: size of the base of route 1 of routes (-261) at byte N (found 0, expected at least 1)",
                        routes(route(steps(chunks, delta(FRAME, PATCH_BYTES, 0))))),
                arguments(
                        "MALFORMED: size of the index of route 1 of routes (-261) at byte N (found 0, expected at least"
                                + " 1)",
                        routes(route(steps(index(0, "https://x.example/i"))))),
                arguments(
                        "LIMIT_EXCEEDED: CBOR at byte N (found 6291457, expected at most 6291456)",
                        routes(route(steps(index((6 << 20) + 1, "https://x.example/i"))))),
                arguments(
                        "MALFORMED: index's URI of route 1 of routes (-261) at byte N (found fw.index, expected an absolute"
                                + " URI)",
                        routes(route(steps(index(5, "fw.index"))))),
                arguments(
                        "LIMIT_EXCEEDED: CBOR at byte N (found 2049 bytes, expected at most 2048)",
                        routes(route(steps(index(5, "https:" + "x".repeat(2043)))))));
    }

    private static Consumer<CborWriter> w(Consumer<CborWriter> value) {
        return value;
    }

    /** An image whose payload, if it has one, is one at a URI. */
    private static Forge image(boolean payload, int parameter, Consumer<CborWriter> value) {
        return new Forge().shared(all(Forge::identity, set(p -> {
            p.entry(3).embedded(w -> Digest.sha256Of(IMAGE).encode(w));
            p.entry(14).integer(IMAGE.length);
            if (payload) {
                p.entry(21).text("https://x.example/fw.img");
            }
            value.accept(p.entry(parameter));
        })));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("defects")
    void plan_routesThatAreNone_areRefusedWithTheirNumbers(String refusal, Consumer<CborWriter> routes) {
        byte[] envelope =
                image(true, -261, routes).payload("#chunks-1", HASHES.bytes()).sign();
        String found;
        try {
            plan(envelope);
            found = "";
        } catch (RejectedException e) {
            found = e.getMessage().replaceAll("at byte \\d+", "at byte N");
        }

        assertEquals(refusal, found);
    }

    @Test
    void plan_deltaOrIndexAsTheWholePayload_areUnsupported() {
        for (Consumer<CborWriter> steps : List.of(
                steps(RoutesTest::hashed, delta(FRAME, PATCH_BYTES, OLD.length)),
                steps(index(5, "https://x.example/i")))) {
            Rejection rejection = refused(image(true, -258, steps).sign());

            assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
            assertTrue(
                    rejection
                            .detail()
                            .startsWith(
                                    "parameter payload-encoding (-258) for devices that hold something already, which"
                                            + " only routes (-261) may be, in the shared sequence (4) at byte "),
                    rejection.detail());
        }
    }

    // What is refused when it is planned.

    @Test
    void plan_noWholePayload_isUnsupportedThoughThereIsARoute() {
        Rejection rejection = refused(image(false, -261, routes(route(steps(index(5, "https://x.example/i")))))
                .sign());

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("no uri (21)", rejection.found());
    }

    @Test
    void plan_routeWithoutItsHashes_isUnavailable() throws Exception {
        EnvelopeBuilder builder = builder(BY_INDEX, BY_DELTA);
        byte[] without =
                SuitEnvelope.decode(Fixtures.sign(builder), Limits.standard()).withPayloads(name -> false);

        Rejection rejection = refused(without);

        assertEquals(RejectReason.PAYLOAD_UNAVAILABLE, rejection.reason());
        assertEquals("payloads []", rejection.found());
        assertEquals("#chunks-2", rejection.expected());
    }

    @Test
    void plan_routeWithAnotherRoutesHashes_isADigestMismatch() {
        Rejection rejection =
                refused(Fixtures.sign(builder(BY_DELTA).integratedPayload(ChunkHashes.name(1), new byte[32])));

        assertEquals(RejectReason.DIGEST_MISMATCH, rejection.reason());
        assertEquals("hashes in #chunks-1", rejection.detail());
        assertEquals(Digest.sha256Of(new byte[32]).toString(), rejection.found());
        assertEquals(Digest.sha256Of(HASHES.bytes()).toString(), rejection.expected());
    }

    @Test
    void plan_routeWithTooManyHashes_isMalformed() {
        Route route = route(
                "fw.delta",
                PayloadEncoding.IDENTITY
                        .with(new ChunkHashes(1024, new byte[96]))
                        .with(DELTA));

        Rejection rejection = refused(Fixtures.sign(builder(route)));

        assertEquals(RejectReason.MALFORMED, rejection.reason());
        assertEquals("number of hashes of chunks in route 1 of routes (-261)", rejection.detail());
        assertEquals("3", rejection.found());
        assertEquals("2", rejection.expected());
    }

    @Test
    void plan_deltaWithoutHashesOfChunks_isUnsupported() {
        Rejection rejection =
                refused(Fixtures.sign(builder(BY_INDEX, route("fw.delta", PayloadEncoding.IDENTITY.with(DELTA)))));

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("frames in route 2 of routes (-261)", rejection.detail());
        assertEquals("no hashes of chunks before them", rejection.found());
        assertEquals("[1, size, digest] as the first step", rejection.expected());
    }

    @Test
    void plan_deltaInSealedChunks_isUnsupported() {
        PayloadEncoding sealed = new PayloadEncoding(Optional.of(GCM), OptionalInt.of(1024));

        Rejection rejection = refused(Fixtures.sign(builder(route("fw.delta", sealed.with(DELTA)))));

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("no hashes of chunks before them", rejection.found());
    }

    @Test
    void plan_deltaOfAnotherSizeThanFramesHave_isMalformed() {
        for (long bytes : new long[] {34, 12561}) {
            Frames frames = new Frames(Frames.Codec.DELTA, FRAME, bytes, Optional.of(BASE));
            byte[] hashes = new byte[32];

            Rejection rejection = refused(Fixtures.sign(builder(route(
                    "fw.delta",
                    PayloadEncoding.IDENTITY
                            .with(new ChunkHashes(1 << 20, hashes))
                            .with(frames)))));

            assertEquals(RejectReason.MALFORMED, rejection.reason());
            assertEquals("encoded size of 3 frames in route 1 of routes (-261)", rejection.detail());
            assertEquals(bytes + " bytes", rejection.found());
            assertEquals("35 to 12560 bytes", rejection.expected());
        }
    }

    @Test
    void plan_deltaEncryptedByWhatAuthenticates_isUnsupported() {
        PayloadEncoding encoding = new PayloadEncoding(Optional.of(GCM), OptionalInt.empty())
                .with(HASHES)
                .with(DELTA);

        Rejection rejection = refused(Fixtures.sign(builder(route("fw.delta", encoding))));

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("content algorithm beside hashes of chunks in route 1 of routes (-261)", rejection.detail());
        assertEquals("A128GCM (1)", rejection.found());
    }

    @Test
    void plan_encryptedBesideAnIndex_isUnsupported() {
        PayloadEncoding encoding = new PayloadEncoding(
                Optional.of(CTR), OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.of(INDEX));

        Rejection rejection = refused(Fixtures.sign(builder(route("fw.store", encoding))));

        assertEquals(RejectReason.UNSUPPORTED, rejection.reason());
        assertEquals("block index in route 1 of routes (-261)", rejection.detail());
        assertEquals("encrypted by A128CTR (-65534)", rejection.found());
        assertEquals("no encryption: what lies beside an index isn't encrypted", rejection.expected());
    }

    static Stream<Arguments> notFetched() {
        byte[] firmware = Fixtures.PAYLOAD;
        Consumer<CborWriter> image = set(p -> {
            Forge.digest(p);
            p.entry(14).integer(firmware.length);
            p.entry(18).bytes(firmware);
            p.entry(21).text("#os");
            p.entry(22).integer(1);
            routes(route(steps(index(5, "https://x.example/i")))).accept(p.entry(-261));
        });
        Forge two = new Forge()
                .components(w -> w.array(
                        list -> list.array(id -> id.bytes("os".getBytes())).array(id -> id.bytes("modem".getBytes()))))
                .shared(all(selectAll(), Forge::identityAndImage))
                .validate(all(selectAll(), MATCH));
        return Stream.of(
                arguments(
                        "fetch (21)",
                        "a payload in the envelope",
                        new Forge().install(all(image, FETCH_AND_MATCH)).payload("#os", firmware)),
                arguments("write (18)", "content of the manifest", new Forge().install(all(image, WRITE, MATCH))),
                arguments(
                        "copy (22)",
                        "another component",
                        two.install(all(select(1), FETCH_AND_MATCH, select(0), image, COPY, MATCH))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notFetched")
    void plan_routesToWhatIsHereAlready_areUnsupported(String directive, String found, Forge forge) {
        RejectedException e = assertThrows(
                RejectedException.class,
                () -> VERIFIER.plan(
                        VERIFIER.authenticate(forge.sign(), Fixtures.policy(), Role.FIRMWARE),
                        new Target(
                                Fixtures.target(BankId.A).identity(), List.of(Fixtures.OS, Commands.MODEM), BankId.A)));

        assertEquals(RejectReason.UNSUPPORTED, e.reason());
        assertTrue(
                e.rejection()
                        .detail()
                        .startsWith("routes (-261) of directive " + directive + " in install (20) at byte "),
                e.getMessage());
        assertEquals(found, e.rejection().found());
        assertEquals("a payload that is fetched from elsewhere", e.rejection().expected());
    }

    @Test
    void of_agent_saysThatItHeedsRoutes() {
        assertTrue(Capabilities.of(List.of(Fixtures.OS))
                .numbers()
                .getOrDefault(Capabilities.Kind.PARAMETERS, List.of())
                .contains(-261L));
    }
}

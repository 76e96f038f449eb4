// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.internal.delta.DeltaDecoder;
import io.twinbank.core.internal.delta.OldImage;
import io.twinbank.core.internal.index.BlockIndex;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.FrameTable;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.IndexReference;
import io.twinbank.core.suit.PayloadEncoding;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.core.suit.Route;
import io.twinbank.hal.contract.FakeDeviceKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code pack --delta-from} and {@code --index} write beside the image, and say of it in the manifest. */
class PackRoutesTest {
    private static final String URI_OF_IMAGE = "https://acme.example/1.4/fw.img";

    private final byte[] firmware = new byte[300_000];
    private final byte[] old = new byte[299_000];

    @TempDir
    Path folder;

    private Maker maker;
    private String delta = "";

    @BeforeEach
    void prepare() throws Exception {
        new Random(1).nextBytes(firmware);
        System.arraycopy(firmware, 1000, old, 0, old.length);
        old[150_000]++;
        Files.write(folder.resolve("old.img"), old);
        Files.write(folder.resolve("fleet.key"), new byte[16]);
        maker = Maker.in(folder, firmware);
        delta = deltaFrom(old);
    }

    private static String deltaFrom(byte[] image) {
        return "fw.img.from-" + Digest.sha256Of(image).toString().substring(8, 16) + ".delta";
    }

    private List<Route> routes() throws Exception {
        return maker.plan().image().routes();
    }

    private Path path(String name) {
        return folder.resolve(name);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString())
                    .filter(name -> name.matches("fw\\.img\\..*"))
                    .sorted()
                    .toList();
        }
    }

    private byte[] decoded(byte[] payload, Frames frames) throws Exception {
        int head = Math.toIntExact(FrameTable.headBytes(frames.count(firmware.length)));
        FrameTable table = FrameTable.decode(ByteBuffer.wrap(payload, 0, head), frames, firmware.length);
        DeltaDecoder decoder = new DeltaDecoder(new Old(old), firmware.length, frames.frameBytes());
        ByteBuffer image = ByteBuffer.allocate(firmware.length);
        for (int i = 0; i < table.count(); i++) {
            ByteBuffer frame = ByteBuffer.wrap(payload, Math.toIntExact(table.encodedBegin(i)), table.encodedBytes(i));
            decoder.decode(i, frame, image);
        }
        return image.array();
    }

    @Test
    void pack_deltaFrom_liesBesideTheImageAndMakesIt() throws Exception {
        Run run = maker.pack("--uri", URI_OF_IMAGE, "--delta-from", maker.file("old.img"));

        assertEquals(0, run.exit(), run.err());
        byte[] payload = Files.readAllBytes(path(delta));
        Route route = routes().get(0);
        assertEquals(1, routes().size());
        assertEquals(URI.create("https://acme.example/1.4/" + delta), route.uri());
        Frames frames = new Frames(
                Frames.Codec.DELTA,
                1 << 20,
                payload.length,
                Optional.of(new Frames.Base(Digest.sha256Of(old), old.length)));
        try (InputStream in = Files.newInputStream(path(delta))) {
            assertEquals(
                    PayloadEncoding.IDENTITY.with(ChunkHashes.of(in, 65536)).with(frames), route.encoding());
        }
        assertArrayEquals(firmware, decoded(payload, frames));
        assertEquals(
                new PayloadLocation.Remote(URI.create(URI_OF_IMAGE)),
                maker.plan().payload());
        assertEquals(PayloadEncoding.IDENTITY, maker.plan().encoding());
        assertTrue(
                run.out()
                        .contains("delta       " + path(delta) + ", " + Progress.size(payload.length)
                                + ", 99.6 % less than the whole payload, for devices that hold " + path("old.img")),
                run.out());
    }

    @Test
    void pack_deltasFromTwo_areRoutesInTheirOrderWithTheirOwnHashes() throws Exception {
        byte[] older = firmware.clone();
        older[7]++;
        Files.write(path("older.img"), older);

        Run run = maker.pack(
                "--uri",
                URI_OF_IMAGE,
                "--delta-from",
                maker.file("old.img"),
                "--delta-uri",
                "https://cdn.example/one",
                "--delta-from",
                maker.file("older.img"),
                "--delta-uri",
                "mqtt:two");

        assertEquals(0, run.exit(), run.err());
        assertEquals(
                List.of("https://cdn.example/one", "mqtt:two"),
                routes().stream().map(r -> r.uri().toString()).toList());
        assertEquals(
                List.of(Digest.sha256Of(old), Digest.sha256Of(older)),
                routes().stream()
                        .map(r -> r.encoding()
                                .frames()
                                .flatMap(Frames::base)
                                .orElseThrow()
                                .digest())
                        .toList());
        assertNotEquals(
                routes().get(0).encoding().chunkHashes(),
                routes().get(1).encoding().chunkHashes());
        assertEquals(List.of(delta, deltaFrom(older)).stream().sorted().toList(), files());
    }

    @Test
    void pack_deltaBesideACompressedImage_isMeasuredByIt() throws Exception {
        Run run = maker.pack(
                "--uri",
                "https://acme.example/1.4/fw.img.zst",
                "--compress",
                "zstd:1",
                "--delta-from",
                maker.file("old.img"));

        assertEquals(0, run.exit(), run.err());
        assertEquals("https://acme.example/1.4/" + delta, routes().get(0).uri().toString());
        assertTrue(maker.plan().encoding().frames().isPresent());
        Run verified = Run.otapub("verify", maker.file("fw.suit"), "--trust", maker.file("maker.pub.pem"));
        long whole = Files.size(path("fw.img.zst"));
        long bytes = Files.size(path(delta));
        assertEquals(0, verified.exit(), verified.out());
        assertTrue(
                verified.out()
                        .contains("\n    route:     os, delta, " + bytes + " bytes, "
                                + RouteCost.saved(bytes, whole) + ", for devices that hold " + Digest.sha256Of(old)
                                + " (299000 bytes): https://acme.example/1.4/" + delta),
                verified.out());
    }

    @Test
    void pack_deltaOfAnEncryptedImage_isEncryptedByAKeyOfItsOwn() throws Exception {
        Run run = maker.pack(
                "--uri",
                "https://acme.example/1.4/fw.img.enc",
                "--encrypt-for",
                "fleet:f=" + maker.file("fleet.key"),
                "--encrypt-as",
                "ctr",
                "--delta-from",
                maker.file("old.img"));

        assertEquals(0, run.exit(), run.err());
        assertEquals(List.of("fw.img.enc", delta + ".enc"), files());
        Route route = routes().get(0);
        assertEquals("https://acme.example/1.4/" + delta + ".enc", route.uri().toString());
        CoseEncrypt info = route.encoding().encryption().orElseThrow();
        CoseEncrypt whole = maker.plan().encoding().encryption().orElseThrow();
        FakeDeviceKeys keys = new FakeDeviceKeys().kek("f", new byte[16]);
        assertNotEquals(whole.contentKey(Optional.of(keys)), info.contentKey(Optional.of(keys)));
        byte[] payload = new ContentCipher(info, info.contentKey(Optional.of(keys)))
                .stream(0).doFinal(Files.readAllBytes(path(delta + ".enc")));
        assertArrayEquals(firmware, decoded(payload, route.encoding().frames().orElseThrow()));
    }

    @Test
    void pack_deltaThatSavesNothing_isLeftOutWithAWarning() throws Exception {
        byte[] other = new byte[300_000];
        new Random(2).nextBytes(other);
        Files.write(path("other.img"), other);

        Run run = maker.pack(
                "--uri", URI_OF_IMAGE, "--delta-from", maker.file("other.img"), "--delta-from", maker.file("old.img"));

        assertEquals(0, run.exit(), run.err());
        assertTrue(
                run.err()
                        .matches(
                                "(?s).*warning: the delta from \\S+other\\.img is left out, for it is no smaller than the whole"
                                        + " payload: 300\\d\\d\\d of 300000 bytes\\..*"),
                run.err());
        assertEquals(List.of(delta), files());
        assertEquals(1, routes().size());
        assertEquals("https://acme.example/1.4/" + delta, routes().get(0).uri().toString());
    }

    @Test
    void pack_index_namesIndexAndStore() throws Exception {
        Run run = maker.pack("--uri", URI_OF_IMAGE, "--index", "--delta-from", maker.file("old.img"));

        assertEquals(0, run.exit(), run.err());
        byte[] index = Files.readAllBytes(path("fw.img.index"));
        assertEquals(2, routes().size());
        assertEquals(
                new Route(
                        URI.create(URI_OF_IMAGE + ".store"),
                        PayloadEncoding.by(new IndexReference(
                                Digest.sha256Of(index), index.length, URI.create(URI_OF_IMAGE + ".index")))),
                routes().get(1));
        assertEquals(
                Files.size(path("fw.img.store")),
                BlockIndex.decode(index, Digest.sha256Of(index), firmware.length)
                        .fetchedTotal());
        assertTrue(run.out().contains("index       " + path("fw.img.index") + ", "), run.out());
        assertTrue(run.out().contains(", and " + path("fw.img.store") + ", "), run.out());
        // The first 1000 bytes, and the block with the changed byte: two blocks, and an index of 2.6 KiB.
        assertTrue(
                run.out()
                        .matches(
                                "(?s).*\\R            one with \\S+old\\.img fetches [4-9]\\.\\d KiB by it, 9[6-8]\\.\\d % less\\R.*"),
                run.out());
    }

    @Test
    void pack_indexAndStoreElsewhere_areNamedSo() throws Exception {
        maker.pack(
                "--uri",
                "mqtt:fw",
                "--index",
                "--index-uri",
                "https://x.example/i",
                "--store-uri",
                "https://x.example/s");

        Route route = routes().get(0);
        assertEquals("https://x.example/s", route.uri().toString());
        assertEquals(
                "https://x.example/i",
                route.encoding().index().orElseThrow().uri().toString());
    }

    @Test
    void pack_aUriForEachBank_hasTheDeltaBesideEach() throws Exception {
        Run run = maker.pack(
                "--uri-a",
                "https://acme.example/a/fw.img",
                "--uri-b",
                "https://acme.example/b/fw.img",
                "--delta-from",
                maker.file("old.img"));

        assertEquals(0, run.exit(), run.err());
        assertEquals("https://acme.example/a/" + delta, routes().get(0).uri().toString());
        Map<String, Object> verified = Json.object(
                Run.otapub("verify", "--json", maker.file("fw.suit"), "--trust", maker.file("maker.pub.pem"))
                        .out());
        assertEquals(
                List.of("https://acme.example/a/" + delta, "https://acme.example/b/" + delta),
                ((List<?>) verified.get("routes"))
                        .stream().map(r -> ((Map<?, ?>) r).get("payload")).toList());
    }

    @Test
    void inspect_routes_showsBytesAndWhatTheySave() throws Exception {
        maker.pack("--uri", URI_OF_IMAGE, "--delta-from", maker.file("old.img"), "--index");
        long bytes = Files.size(path(delta));
        long index = Files.size(path("fw.img.index"));

        String text = Run.otapub("inspect", "--device", "acme.example/gw-1", maker.file("fw.suit"))
                .out();

        String byDelta = "delta, " + bytes + " bytes, 99.6 % less, for devices that hold " + Digest.sha256Of(old)
                + " (299000 bytes): https://acme.example/1.4/" + delta + "\n";
        String byIndex = "index, " + index + " bytes (" + URI_OF_IMAGE + ".index), and what the device doesn't hold of"
                + " the store, instead of 300000 bytes: " + URI_OF_IMAGE + ".store\n";
        for (String line : List.of(
                "\nroute       os, " + byDelta,
                "\nroute       os, " + byIndex,
                "\n    or by       " + byDelta,
                "\n    or by       " + byIndex,
                "routes (-261) = https://acme.example/1.4/" + delta
                        + ", chunks of 65536 bytes, each hashed, delta from "
                        + Digest.sha256Of(old) + " in frames of 1048576 bytes, " + bytes + " bytes encoded; or "
                        + URI_OF_IMAGE + ".store, what the block index ")) {
            assertTrue(text.contains(line), line + " isn't in:\n" + text);
        }
    }

    @Test
    void inspect_routesForPrograms_areTheSameOnEachDevice() throws Exception {
        maker.pack("--uri", URI_OF_IMAGE, "--delta-from", maker.file("old.img"), "--index");

        Map<String, Object> object =
                Json.object(Run.otapub("inspect", "--json", "--device", "acme.example/gw-1", maker.file("fw.suit"))
                        .out());

        List<?> routes = (List<?>) object.get("routes");
        Map<?, ?> onDevice = (Map<?, ?>) ((List<?>) object.get("onDevice")).get(0);
        assertEquals(routes, ((Map<?, ?>) ((List<?>) onDevice.get("steps")).get(0)).get("routes"));
        Map<?, ?> first = (Map<?, ?>) routes.get(0);
        assertEquals(Files.size(path(delta)), first.get("payloadBytes"));
        assertEquals(300_000L, first.get("wholeBytes"));
        assertEquals("99.6", first.get("savedPercent"));
        assertEquals(Digest.sha256Of(old).toString(), first.get("baseDigest"));
        assertEquals(299_000L, first.get("baseBytes"));
        Map<?, ?> second = (Map<?, ?>) routes.get(1);
        long index = Files.size(path("fw.img.index"));
        assertEquals(index, second.get("indexBytes"));
        assertEquals(index + 300_000, second.get("mostBytes"));
        assertEquals(URI_OF_IMAGE + ".index", second.get("index"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--uri https://x.example/f --delta-uri https://x.example/d | --delta-uri: one for each --delta-from or none; there are 1 for 0",
                "--uri https://x.example/f --index-uri https://x.example/i | --index-uri and --store-uri go with --index",
                "--uri https://x.example/f --store-uri https://x.example/i | --index-uri and --store-uri go with --index",
                "--uri https://x.example/f --delta-from OLD --delta-from OLD --delta-from OLD --delta-from OLD --index | a manifest has at most 4 of them, not 5",
                "--integrated --delta-from OLD | --integrated brings the whole image in the envelope",
                "--integrated --index | --integrated brings the whole image in the envelope",
                "--uri https://x.example/f --index --encrypt-for KEY | --index doesn't go with --encrypt-for",
                "--uri https://x.example/f --delta-from OLD --encrypt-for KEY | --delta-from goes with --encrypt-as ctr only",
                "--uri https://x.example/f --delta-from OLD --delta-uri d | not an absolute URI such as https://...: d",
                "--uri https://x.example/f --index --store-uri d | not an absolute URI such as https://...: d",
                "--uri mqtt:fw --delta-from OLD | what lies beside mqtt:fw can't be told from it: say --delta-uri",
                "--uri https://x.example --index | what lies beside https://x.example can't be told from it",
                "--uri https://x.example/f?k=1 --index --index-uri https://x.example/i | what lies beside https://x.example/f?k=1 can't be told",
                "--uri https://x.example/f --image modem=OLD --index | --delta-from, --index and --provenance go with one --image, not with 2"
            })
    void pack_optionsThatDontFit_saySoBeforeAnythingIsWritten(String options, String words) throws Exception {
        List<String> given = new ArrayList<>();
        for (String option : options.split(" ")) {
            given.add(
                    option.replace("OLD", maker.file("old.img")).replace("KEY", "fleet:f=" + maker.file("fleet.key")));
        }

        Run run = maker.pack(given.toArray(String[]::new));

        assertEquals(2, run.exit());
        assertTrue(run.err().contains(words), run.err());
        assertEquals(List.of(), files());
        assertFalse(Files.exists(path("fw.suit")));
    }

    @Test
    void chunkBytes_largerDelta_keepsItsHashesFew() {
        assertEquals(1 << 16, RouteOptions.chunkBytes(1));
        assertEquals(1 << 16, RouteOptions.chunkBytes(16 << 20));
        assertEquals(1 << 17, RouteOptions.chunkBytes((16 << 20) + 1));
        assertEquals(1 << 20, RouteOptions.chunkBytes(1L << 32));
    }

    @Test
    void pack_deltaFromTheSameImageTwice_saysSo() {
        Run run = maker.pack(
                "--uri", URI_OF_IMAGE, "--delta-from", maker.file("old.img"), "--delta-from", maker.file("old.img"));

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("old.img is the same image as one before it"), run.err());
    }

    @Test
    void pack_deltaFromTheImageItself_saysSo() throws Exception {
        Run run = maker.pack("--uri", URI_OF_IMAGE, "--delta-from", maker.file("fw.img"));

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("--delta-from " + path("fw.img") + " is the image itself"), run.err());
        assertEquals(List.of(), files());
    }

    @Test
    void pack_deltaFromNothing_saysWhichFile() {
        Run run = maker.pack("--uri", URI_OF_IMAGE, "--delta-from", maker.file("none.img"));

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("none.img: no such file or folder"), run.err());
    }

    private record Old(byte[] bytes) implements OldImage {
        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public void read(long offset, ByteBuffer dst) {
            dst.put(bytes, Math.toIntExact(offset), dst.remaining());
        }
    }
}

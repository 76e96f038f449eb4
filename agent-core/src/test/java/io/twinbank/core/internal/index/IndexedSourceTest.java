// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexedSourceTest {
    private static final int KIB = 1024;
    private static final byte[] OLD = Indexed.text(1, 300 * KIB + 77);

    /** What became of the old image: how many blocks of 1 KiB have to be fetched, at most. */
    private record Change(String name, byte[] image, int missing) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Change> changes() {
        byte[] inserted = Indexed.text(2, 999);
        return Stream.of(
                new Change("equal", OLD, 0),
                new Change("cut", Indexed.part(OLD, 0, 200 * KIB + 5), 0),
                new Change("shifted", Indexed.join(inserted, OLD), 1),
                new Change("inserted", Indexed.join(part(0, 70_000), inserted, part(70_000, OLD.length)), 2),
                new Change("deleted", Indexed.join(part(0, 70_000), part(90_001, OLD.length)), 1),
                new Change(
                        "moved", Indexed.join(part(200_000, 250_000), part(0, 200_000), part(250_000, OLD.length)), 3),
                new Change("repeated", Indexed.join(part(0, 10_000), part(0, 10_000), part(0, 10_000)), 2),
                new Change("other", Indexed.text(3, 200 * KIB), 200),
                new Change("smaller than a block", Indexed.text(4, 100), 1),
                new Change("appended", Indexed.join(OLD, Indexed.random(5, 5 * KIB)), 7));
    }

    private static byte[] part(int from, int to) {
        return Indexed.part(OLD, from, to);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void read_anyChange_isTheImageForThePredictedBytes(Change change) throws IOException {
        for (Indexed indexed : List.of(Indexed.packed(change.image(), KIB), Indexed.plain(change.image(), KIB))) {
            Holdings holdings = indexed.find(OLD);
            FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, 0);
            Indexed.Server server = indexed.server();
            IndexedSource source = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan);

            assertArrayEquals(change.image(), Indexed.read(source, 0, change.image().length));

            assertEquals(plan.bytes(), server.transferred);
            assertEquals(plan.requests(), server.requests.size());
            assertEquals(Math.min(1, plan.requests()), server.connections);
            assertEquals(0, source.repairedBytes());
            long missing = change.image().length - holdings.foundBytes();
            assertTrue(missing <= change.missing() * (long) KIB, missing + " bytes are missing");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void read_randomEdits_isTheImageForThePredictedBytes(int seed) throws IOException {
        Random random = new Random(seed);
        byte[] image = OLD.clone();
        for (int i = 0; i < 30; i++) {
            image[random.nextInt(image.length)]++;
            int at = random.nextInt(image.length);
            int from = random.nextInt(image.length - 3000);
            byte[] insert = Indexed.part(image, from, from + random.nextInt(3000));
            image = Indexed.join(Indexed.part(image, 0, at), insert, Indexed.part(image, at, image.length));
        }
        Indexed indexed = Indexed.packed(image, 512 << random.nextInt(3));
        Holdings holdings = indexed.find(OLD);
        FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, random.nextInt(2000));
        Indexed.Server server = indexed.server();

        byte[] read = Indexed.read(
                new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan), 0, image.length);

        assertArrayEquals(image, read);
        assertEquals(plan.bytes(), server.transferred);
        assertTrue(plan.bytes() < indexed.fetched().length / 2, plan.bytes() + " bytes");
    }

    @Test
    void plan_gapsThatAreSmall_areFetchedAlong() throws IOException {
        byte[] image = OLD.clone();
        for (int block : new int[] {10, 12, 20}) {
            image[block * KIB + 5]++;
        }
        Indexed indexed = Indexed.plain(image, KIB);
        Holdings holdings = indexed.find(OLD);

        FetchPlan each = FetchPlan.of(indexed.index(), holdings, 0, KIB - 1);
        FetchPlan merged = FetchPlan.of(indexed.index(), holdings, 0, KIB);
        FetchPlan one = FetchPlan.of(indexed.index(), holdings, 0, 7 * KIB);

        assertEquals(3, each.requests());
        assertEquals(3 * KIB, each.bytes());
        assertEquals(new FetchPlan.Range(10 * KIB, 13 * KIB), merged.range(0));
        assertEquals(new FetchPlan.Range(20 * KIB, 21 * KIB), merged.range(1));
        assertEquals(4 * KIB, merged.bytes());
        assertEquals(new FetchPlan.Range(10 * KIB, 21 * KIB), one.range(0));
        Indexed.Server server = indexed.server();
        IndexedSource source = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, merged);
        assertArrayEquals(image, Indexed.read(source, 0, image.length));
        assertEquals(merged.bytes(), server.transferred);
        assertEquals(List.of(merged.range(0), merged.range(1)), server.requests);
    }

    @Test
    void read_sourceThatKeepsNothing_isOpenedForEachRange() throws IOException {
        byte[] image = OLD.clone();
        for (int block : new int[] {10, 90, 200}) {
            image[block * KIB + 5]++;
        }
        Indexed indexed = Indexed.plain(image, KIB);
        Holdings holdings = indexed.find(OLD);
        FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, 0);
        Indexed.Server server = indexed.server();
        server.keepsConnections = false;
        IndexedSource source = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan);

        try (PayloadSource.Stream stream = Indexed.open(source, 0, image.length)) {
            ByteBuffer all = ByteBuffer.allocate(image.length);
            while (all.hasRemaining()) {
                assertTrue(stream.read(all) > 0);
            }
            assertArrayEquals(image, all.array());
            assertEquals(3L * KIB, stream.transferredBytes());
        }

        assertEquals(3, server.connections);
        assertEquals(List.of(plan.range(0), plan.range(1), plan.range(2)), server.requests);
    }

    @Test
    void plan_tooManyRequests_areFewer() {
        byte[] image = Indexed.random(1, 10_000 * 512);
        byte[] old = image.clone();
        for (int block = 0; block < 10_000; block += 2) {
            old[block * 512]++;
        }
        Indexed indexed = Indexed.plain(image, 512);

        FetchPlan plan = FetchPlan.of(indexed.index(), indexed.find(old), 0, 0);

        assertEquals(1, plan.requests());
        assertEquals(9_999 * 512, plan.bytes());
    }

    @Test
    void read_flippedBitInTheOldBank_fetchesThatGroupWhole() throws IOException {
        byte[] image = OLD.clone();
        image[3 * KIB]++;
        image[100 * KIB]++;
        Indexed indexed = Indexed.packed(image, KIB);
        byte[] active = OLD.clone();
        Holdings holdings = indexed.find(active);
        FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, 0);
        Indexed.Server server = indexed.server();
        IndexedSource source = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan);

        active[40 * KIB + 3] ^= 4;

        assertArrayEquals(image, Indexed.read(source, 0, image.length));
        assertEquals(indexed.index().fetchedOffset(64), source.repairedBytes());
        assertEquals(plan.bytes() + source.repairedBytes(), server.transferred);
        assertEquals(3, server.requests.size());
    }

    @Test
    void read_unreadableBank_fetchesWhatIsMissing() throws IOException {
        Indexed indexed = Indexed.packed(OLD, KIB);
        Holdings holdings = indexed.find(OLD);
        FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, 0);
        byte[] shorter = Indexed.part(OLD, 0, 128 * KIB);
        Holdings broken = new Holdings(indexed.index(), unreadableFrom(shorter), java.util.Optional.empty());
        for (int block = 0; block < indexed.index().blocks(); block++) {
            broken.inActive(
                    block, indexed.index().imageOffset(block) - indexed.index().lead(block));
        }
        Indexed.Server server = indexed.server();
        IndexedSource source = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), broken, plan);

        assertArrayEquals(OLD, Indexed.read(source, 0, OLD.length));

        assertEquals(0, plan.bytes());
        assertEquals(indexed.fetched().length - indexed.index().fetchedOffset(128), server.transferred);
        assertEquals(server.transferred, source.repairedBytes());
    }

    private static Held unreadableFrom(byte[] bytes) {
        return new Held() {
            @Override
            public long sizeBytes() {
                return bytes.length;
            }

            @Override
            public void read(long offset, ByteBuffer dst) throws io.twinbank.hal.HalException {
                if (offset + dst.remaining() > bytes.length) {
                    throw new io.twinbank.hal.HalException(io.twinbank.hal.HalException.Kind.ECC, "at " + offset);
                }
                dst.put(bytes, (int) offset, dst.remaining());
            }
        };
    }

    /** A writer that erases ahead of what it was given, and pads what it erases with a pattern. */
    private static byte[] write(IndexedSource source, byte[] bank, int from, int upTo, int imageBytes, int ahead)
            throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        int at = from;
        try (PayloadSource.Stream stream = Indexed.open(source, from, imageBytes)) {
            while (at < upTo) {
                ByteBuffer some = ByteBuffer.allocate(Math.min(700, upTo - at));
                int got = stream.read(some);
                written.write(some.array(), 0, got);
                System.arraycopy(some.array(), 0, bank, at, got);
                at += got;
                for (int i = at; i < Math.min(bank.length, at + ahead); i++) {
                    bank[i] = (byte) 0xa5;
                }
            }
        }
        return written.toByteArray();
    }

    @Test
    void read_targetInUse_takesOnlyWhatLastsAndFetchesAsPredicted() throws IOException {
        byte[] image = Indexed.join(Indexed.text(6, 60 * KIB), part(0, 200 * KIB));
        Indexed indexed = Indexed.packed(image, KIB);
        byte[] bank = Indexed.join(Indexed.text(7, 150 * KIB), OLD);
        int ahead = 16 * KIB;
        Holdings holdings = indexed.find(new byte[0], new Held.Target(Indexed.held(bank), 0, ahead));
        FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, 0);
        Indexed.Server server = indexed.server();
        IndexedSource source = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan);

        assertArrayEquals(image, write(source, bank, 0, image.length, image.length, ahead));

        assertTrue(holdings.foundBytes() >= 199 * KIB, holdings.foundBytes() + " bytes were found");
        assertEquals(plan.bytes(), server.transferred);
        assertEquals(0, source.repairedBytes());
    }

    @Test
    void read_targetWhoseBlocksComeTooEarly_fetchesThem() throws IOException {
        byte[] image = Indexed.join(Indexed.text(6, 100 * KIB), part(0, 200 * KIB));
        Indexed indexed = Indexed.packed(image, KIB);
        byte[] bank = OLD.clone();
        int ahead = 16 * KIB;
        Holdings holdings = indexed.find(new byte[0], new Held.Target(Indexed.held(bank), 0, ahead));
        FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, 0);
        Indexed.Server server = indexed.server();
        IndexedSource source = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan);

        assertArrayEquals(image, write(source, bank, 0, image.length, image.length, ahead));

        assertEquals(0, holdings.foundBytes());
        assertEquals(plan.bytes(), server.transferred);
        assertEquals(0, source.repairedBytes());
    }

    @Test
    void read_targetWithinTheEraseAhead_fetchesWhatMayBeErased() throws IOException {
        byte[] image = part(8 * KIB, 200 * KIB);
        Indexed indexed = Indexed.packed(image, KIB);
        byte[] bank = OLD.clone();
        int ahead = 16 * KIB;
        Holdings holdings = indexed.find(new byte[0], new Held.Target(Indexed.held(bank), 0, ahead));
        FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, 0);
        Indexed.Server server = indexed.server();
        IndexedSource source = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan);

        assertArrayEquals(image, write(source, bank, 0, image.length, image.length, ahead));

        assertEquals(3 * 8 * KIB, image.length - holdings.foundBytes(), "the first 8 KiB of each group");
        assertEquals(plan.bytes(), server.transferred);
        assertEquals(0, source.repairedBytes());
    }

    @Test
    void read_afterAPowerCutAnywhere_goesOnWithWhatIsThere() throws IOException {
        byte[] image = Indexed.join(Indexed.text(6, 20 * KIB), part(0, 150 * KIB), part(0, 40 * KIB));
        Indexed indexed = Indexed.packed(image, KIB);
        int ahead = 16 * KIB;
        for (int cut = 0; cut < image.length; cut += 9 * KIB + 13) {
            byte[] bank = Indexed.join(Indexed.text(7, 90 * KIB), OLD);
            Holdings before = indexed.find(new byte[0], new Held.Target(Indexed.held(bank), 0, ahead));
            FetchPlan first = FetchPlan.of(indexed.index(), before, 0, 0);
            IndexedSource untilCut =
                    new IndexedSource(indexed.server(), Indexed.URI_OF_STORE, indexed.index(), before, first);
            write(untilCut, bank, 0, cut, image.length, ahead);
            int checkpoint = cut / (8 * KIB) * 8 * KIB;

            Holdings holdings = indexed.find(new byte[0], new Held.Target(Indexed.held(bank), checkpoint, ahead));
            FetchPlan plan = FetchPlan.of(indexed.index(), holdings, checkpoint, 0);
            Indexed.Server server = indexed.server();
            IndexedSource resumed = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan);
            byte[] rest = write(resumed, bank, checkpoint, image.length, image.length, ahead);

            assertArrayEquals(Indexed.part(image, checkpoint, image.length), rest);
            assertArrayEquals(image, Indexed.part(bank, 0, image.length));
            assertEquals(plan.bytes(), server.transferred, "cut at " + cut);
            assertEquals(0, resumed.repairedBytes(), "cut at " + cut);
        }
    }

    /** Without a power cut nothing is looked through again. */
    @Test
    void read_heldAnywhereAndGoneOnFromTheCheckpoint_takesNothingThatMayBeErased() throws IOException {
        byte[] image = Indexed.join(Indexed.text(6, 20 * KIB), part(0, 150 * KIB), part(0, 40 * KIB));
        Indexed indexed = Indexed.packed(image, KIB);
        int ahead = 16 * KIB;
        long given = 0;
        for (int cut = 9 * KIB; cut < image.length; cut += 9 * KIB + 13) {
            byte[] bank = Indexed.join(Indexed.text(7, 90 * KIB), OLD);
            Holdings holdings = indexed.find(new byte[0], new Held.Target(Indexed.held(bank), 0, ahead));
            FetchPlan first = FetchPlan.of(indexed.index(), holdings, 0, 0);
            IndexedSource untilCut =
                    new IndexedSource(indexed.server(), Indexed.URI_OF_STORE, indexed.index(), holdings, first);
            write(untilCut, bank, 0, cut, image.length, ahead);
            int checkpoint = cut / (32 * KIB) * 32 * KIB;
            long found = holdings.foundBytes();

            holdings.keepLasting(checkpoint, untilCut.handedOnBytes() + ahead);

            given += found - holdings.foundBytes();
            FetchPlan plan = FetchPlan.of(indexed.index(), holdings, checkpoint, 0);
            Indexed.Server server = indexed.server();
            IndexedSource resumed = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan);
            byte[] rest = write(resumed, bank, checkpoint, image.length, image.length, ahead);
            assertArrayEquals(Indexed.part(image, checkpoint, image.length), rest);
            assertEquals(plan.bytes(), server.transferred, "cut at " + cut);
            assertEquals(0, resumed.repairedBytes(), "cut at " + cut);
        }
        assertTrue(given > 0, "something was given up");
    }

    @Test
    void find_whatWasWrittenAlready_servesLaterCopies() {
        byte[] once = Indexed.text(8, 64 * KIB);
        byte[] image = Indexed.join(once, once);
        Indexed indexed = Indexed.packed(image, KIB);
        byte[] bank = Indexed.join(once, new byte[64 * KIB]);

        Holdings holdings = indexed.find(new byte[0], new Held.Target(Indexed.held(bank), 64 * KIB, 16 * KIB));

        assertEquals(0, FetchPlan.of(indexed.index(), holdings, 64 * KIB, 0).bytes());
    }

    @Test
    void read_brokenConnection_goesOnAtTheBlock() throws IOException {
        Indexed indexed = Indexed.packed(Indexed.text(3, 200 * KIB), KIB);
        byte[] image = indexed.image();
        Holdings holdings = indexed.find(OLD);
        FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, 0);
        Indexed.Server server = indexed.server();
        server.breaksAt = 50_000;
        IndexedSource source = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan);
        ByteArrayOutputStream read = new ByteArrayOutputStream();

        assertThrows(IOException.class, () -> {
            try (PayloadSource.Stream stream = Indexed.open(source, 0, image.length)) {
                for (ByteBuffer some = ByteBuffer.allocate(500); stream.read(some) >= 0; some.clear()) {
                    read.write(some.array(), 0, some.position());
                }
            }
        });
        read.writeBytes(Indexed.read(source, read.size(), image.length));

        assertArrayEquals(image, read.toByteArray());
        assertTrue(server.transferred - plan.bytes() < KIB, server.transferred + " of " + plan.bytes());
    }

    @Test
    void read_wrongBytesFetched_failsThreeTimesThenForGood() throws IOException {
        Indexed indexed = Indexed.packed(Indexed.random(3, 200 * KIB), KIB);
        Holdings holdings = indexed.find(OLD);
        FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, 0);
        Indexed.Server server = indexed.server();
        server.content[100 * KIB] ^= 1;
        IndexedSource source = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan);

        for (int attempt = 1; attempt < 3; attempt++) {
            IOException wrong = assertThrows(IOException.class, () -> Indexed.read(source, 64 * KIB, 200 * KIB));
            assertEquals(IOException.class, wrong.getClass(), "attempt " + attempt);
            assertTrue(wrong.getMessage().startsWith("group 2 of 4 of the image in https://"), wrong.getMessage());
        }
        PayloadException last = assertThrows(PayloadException.class, () -> Indexed.read(source, 64 * KIB, 200 * KIB));

        assertEquals(PayloadException.Kind.FINAL, last.kind());
        assertTrue(last.getMessage().endsWith(", fetched 3 times"), last.getMessage());
    }

    @Test
    void read_onceWrongBytes_areFetchedAgain() throws IOException {
        Indexed indexed = Indexed.packed(Indexed.random(3, 200 * KIB), KIB);
        Holdings holdings = indexed.find(OLD);
        FetchPlan plan = FetchPlan.of(indexed.index(), holdings, 0, 0);
        Indexed.Server server = indexed.server();
        server.content[100 * KIB] ^= 1;
        IndexedSource source = new IndexedSource(server, Indexed.URI_OF_STORE, indexed.index(), holdings, plan);
        assertThrows(IOException.class, () -> Indexed.read(source, 64 * KIB, 200 * KIB));

        server.content[100 * KIB] ^= 1;

        assertArrayEquals(
                Indexed.part(indexed.image(), 64 * KIB, 200 * KIB), Indexed.read(source, 64 * KIB, 200 * KIB));
    }

    @Test
    void read_storeOfAnotherSize_isRefused() {
        Indexed indexed = Indexed.packed(Indexed.random(3, 20 * KIB), KIB);
        Indexed other = new Indexed(indexed.image(), indexed.index(), new byte[20 * KIB + 1]);
        Holdings holdings = indexed.find(OLD);
        IndexedSource source = new IndexedSource(
                other.server(),
                Indexed.URI_OF_STORE,
                indexed.index(),
                holdings,
                FetchPlan.of(indexed.index(), holdings, 0, 0));

        PayloadException refused = assertThrows(PayloadException.class, () -> Indexed.read(source, 0, 20 * KIB));

        assertEquals(
                "https://firmware.example/image: has 20481 bytes, not the 20480 of its index", refused.getMessage());
    }

    @Test
    void open_atTheEnd_hasNothing() throws IOException {
        for (int length : new int[] {64 * KIB, 64 * KIB + 1}) {
            Indexed indexed = Indexed.packed(Indexed.random(3, length), KIB);
            Holdings holdings = indexed.find(indexed.image());
            FetchPlan plan = FetchPlan.of(indexed.index(), holdings, length, 0);
            IndexedSource source =
                    new IndexedSource(indexed.server(), Indexed.URI_OF_STORE, indexed.index(), holdings, plan);

            assertEquals(0, Indexed.read(source, length, length).length);
        }
    }
}

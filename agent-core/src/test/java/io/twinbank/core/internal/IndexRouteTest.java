// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Cause;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.index.BlockIndexMaker;
import io.twinbank.core.internal.index.Held;
import io.twinbank.core.internal.pipeline.Download;
import io.twinbank.core.internal.pipeline.Job;
import io.twinbank.core.internal.pipeline.Meter;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.IndexReference;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.contract.FakeClock;
import io.twinbank.hal.contract.StrictFlashBank;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IndexRouteTest {
    private static final int KIB = 1024;
    private static final int MIB = 1 << 20;
    private static final int ERASE = 4096;
    private static final int SIZE = 3 * MIB + 77;
    private static final URI STORE = URI.create("https://firmware.example/store");
    private static final URI INDEX = URI.create("https://firmware.example/index");

    private static final byte[] INSTALLED = random(1, SIZE);
    private static final byte[] IMAGE = changed();
    private static final ByteArrayOutputStream PACKED = new ByteArrayOutputStream();
    private static final byte[] MADE = make(PACKED);

    private final StepScheduler scheduler = new StepScheduler();
    private final StrictFlashBank old = new StrictFlashBank(new FlashGeometry(4 * MIB, 512, ERASE));
    private final StrictFlashBank target = new StrictFlashBank(new FlashGeometry(4 * MIB, 512, ERASE));
    private final Server server = new Server();
    private final Told told = new Told();
    private final byte[] index = MADE;

    private static final class Told implements ImageRoute.Preparation {
        final List<String> progress = new ArrayList<>();
        final List<String> ends = new ArrayList<>();
        long allowance = Long.MAX_VALUE / 2;

        @Override
        public void progress(String what) {
            progress.add(what);
        }

        @Override
        public boolean granted(long bytes) {
            boolean granted = bytes <= allowance;
            allowance -= granted ? bytes : 0;
            return granted;
        }

        @Override
        public void giveBack(long bytes) {
            allowance += bytes;
        }

        @Override
        public void ready() {
            ends.add("ready");
        }

        @Override
        public void unfit(String why) {
            ends.add("unfit: " + why);
        }

        @Override
        public void held() {
            ends.add("held");
        }
    }

    /** Serves the index and the store; counts. */
    private static final class Server implements PayloadSource {
        final Map<URI, byte[]> contents = new HashMap<>();
        final Map<URI, Long> transferred = new HashMap<>();
        int breaks;

        long transferred(URI uri) {
            return transferred.getOrDefault(uri, 0L);
        }

        @Override
        public boolean serves(URI uri) {
            return true;
        }

        @Override
        public Stream open(Request request) throws IOException {
            byte[] content = contents.get(request.uri());
            if (content == null) {
                throw new PayloadException(PayloadException.Kind.FINAL, "status 404");
            }
            return new Stream() {
                private int at = (int) request.offset();
                private long count;

                @Override
                public int read(ByteBuffer dst) throws IOException {
                    if (breaks > 0 && count > 0) {
                        breaks--;
                        throw new IOException("reset by peer");
                    }
                    int length = (int) Math.min(dst.remaining(), Math.min(content.length, request.end()) - at);
                    length = Math.min(length, 1013);
                    dst.put(content, at, length);
                    at += length;
                    count += length;
                    transferred.merge(request.uri(), (long) length, Long::sum);
                    return length == 0 ? -1 : length;
                }

                @Override
                public Optional<String> validator() {
                    return Optional.of("\"1\"");
                }

                @Override
                public OptionalLong sizeBytes() {
                    return OptionalLong.of(content.length);
                }

                @Override
                public long transferredBytes() {
                    return count;
                }

                @Override
                public void close() {}
            };
        }
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] changed() {
        byte[] image = INSTALLED.clone();
        for (int at : new int[] {5, 700_000, 701_000, 2 * MIB}) {
            image[at]++;
        }
        return image;
    }

    private static byte[] make(OutputStream store) {
        try {
            return new BlockIndexMaker(KIB, Optional.of(store))
                    .make(new ByteArrayInputStream(IMAGE), SIZE, done -> {})
                    .encode();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void publish() throws Exception {
        server.contents.put(INDEX, index);
        server.contents.put(STORE, PACKED.toByteArray());
        write(old, INSTALLED);
        write(target, random(2, SIZE));
    }

    private static void write(StrictFlashBank bank, byte[] bytes) throws Exception {
        int length = (bytes.length + ERASE - 1) / ERASE * ERASE;
        bank.begin(length);
        bank.erase(0, length);
        bank.write(0, ByteBuffer.wrap(Arrays.copyOf(bytes, length)));
        bank.sync();
    }

    private IndexRoute route() {
        return route(Digest.sha256Of(index), index.length);
    }

    private IndexRoute route(Digest digest, long sizeBytes) {
        return new IndexRoute(
                STORE,
                new IndexReference(digest, sizeBytes, INDEX),
                SIZE,
                Held.of(old, SIZE),
                target,
                scheduler,
                new FakeClock(),
                List.of(server),
                new SplittableRandom(1));
    }

    private static byte[] read(PayloadSource source, long from) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (PayloadSource.Stream stream =
                source.open(new PayloadSource.Request(STORE, from, SIZE, Optional.empty()))) {
            ByteBuffer some = ByteBuffer.allocate(50_000);
            while (stream.read(some) >= 0) {
                all.write(some.array(), 0, some.position());
                some.clear();
            }
        }
        return all.toByteArray();
    }

    private void prepare(IndexRoute route, long from) {
        route.prepare(from, told);
        scheduler.runAll();
    }

    @Test
    void prepare_oldImageIsHere_predictsExactlyWhatIsFetched() throws Exception {
        IndexRoute route = route();
        assertFalse(route.isPrepared());
        assertEquals(index.length + SIZE / 4, route.predictedBytes(0));
        assertEquals(index.length, route.pieceBytes());

        prepare(route, 0);

        assertEquals(List.of("ready"), told.ends);
        assertTrue(route.isPrepared());
        assertEquals(index.length, server.transferred(INDEX));
        assertTrue(route.predictedBytes(0) >= 3 * KIB && route.predictedBytes(0) <= 6 * KIB);
        assertEquals(64 * KIB, route.pieceBytes());
        long predicted = route.predictedBytes(0);
        assertArrayEquals(IMAGE, read(route.source(server, 0), 0));
        assertEquals(predicted, server.transferred(STORE));
        assertEquals(0, route.unpredictedBytes());
    }

    @Test
    void prepare_goesOnInTheMiddle_predictsTheRest() throws Exception {
        IndexRoute route = route();
        int from = 1 << 20;
        write(target, Arrays.copyOf(IMAGE, from));

        prepare(route, from);

        long predicted = route.predictedBytes(from);
        assertEquals(KIB, predicted, "the one change behind it");
        assertArrayEquals(Arrays.copyOfRange(IMAGE, from, SIZE), read(route.source(server, from), from));
        assertEquals(predicted, server.transferred(STORE));
    }

    /** So that the agent hears of a cancel: each task of its lane looks through little. */
    @Test
    void prepare_largeBanks_looksThroughThemInSlices() {
        IndexRoute route = route();
        route.prepare(0, told);

        int slices = 0;
        while (told.ends.isEmpty()) {
            slices += told.progress.isEmpty() ? 0 : 1;
            assertTrue(scheduler.step());
        }

        assertTrue(slices >= 2 * SIZE / MIB - 1, slices + " slices");
        assertEquals(
                "what the banks hold, 1049600 of " + 2 * SIZE + " bytes",
                told.progress.get(0),
                "a slice and what makes the first window full");
    }

    @Test
    void prepare_connectionBreaks_goesOnWithTheIndexWhereItWas() {
        server.breaks = 3;

        prepare(route(), 0);

        assertEquals(List.of("ready"), told.ends);
        assertEquals(index.length, server.transferred(INDEX), "no byte came twice");
        assertTrue(told.progress.get(0).matches("the block index, tried again in \\d s: reset by peer"));
    }

    @Test
    void prepare_indexIsNotGranted_isHeldAndGoesOnWhenItIs() {
        IndexRoute route = route();
        told.allowance = index.length - 1;
        prepare(route, 0);
        assertEquals(List.of("held"), told.ends);
        assertEquals(index.length - 1, told.allowance);
        assertEquals(0, server.transferred(INDEX));

        told.allowance = index.length;
        prepare(route, 0);

        assertEquals(List.of("held", "ready"), told.ends);
        assertEquals(0, told.allowance);
    }

    @Test
    void stop_anywhere_tellsNothingMoreAndGoesOnWithAChunkAtMostFetchedTwice() throws Exception {
        for (int steps = 0; ; steps += steps < 8 ? 1 : 3) {
            IndexRoute route = route();
            server.transferred.clear();
            told.ends.clear();
            told.allowance = index.length;
            route.prepare(0, told);
            for (int i = 0; i < steps && told.ends.isEmpty(); i++) {
                assertTrue(scheduler.step());
            }
            if (!told.ends.isEmpty()) {
                assertTrue(steps > 10, steps + " steps");
                return;
            }

            route.stop();
            route.stop();
            scheduler.runAll();
            assertEquals(List.of(), told.ends);
            assertEquals(index.length - server.transferred(INDEX), told.allowance, "what didn't come is given back");

            told.allowance = index.length;
            prepare(route, 0);
            assertEquals(List.of("ready"), told.ends, "after " + steps + " steps");
            assertTrue(server.transferred(INDEX) <= index.length + 64 * KIB);
        }
    }

    @Test
    void prepare_indexIsNotThere_isUnfit() {
        server.contents.remove(INDEX);

        prepare(route(), 0);

        assertEquals(List.of("unfit: PAYLOAD_UNAVAILABLE: status 404"), told.ends);
    }

    @Test
    void prepare_otherIndexThanSigned_isUnfitWithBothDigests() {
        prepare(route(Digest.sha256Of(IMAGE), index.length), 0);

        assertEquals(1, told.ends.size());
        assertTrue(told.ends.get(0).startsWith("unfit: PAYLOAD_DIGEST"), told.ends.get(0));
        assertTrue(told.ends.get(0).contains(Digest.sha256Of(index).toString()));
        assertTrue(told.ends.get(0).contains(Digest.sha256Of(IMAGE).toString()));
    }

    @Test
    void prepare_signedButNoIndex_isUnfit() {
        byte[] none = random(3, 100);
        server.contents.put(INDEX, none);

        prepare(route(Digest.sha256Of(none), none.length), 0);

        assertEquals(1, told.ends.size());
        assertTrue(told.ends.get(0).startsWith("unfit: MALFORMED"), told.ends.get(0));
    }

    @Test
    void done_prepared_holdsNothingAnyMore() {
        IndexRoute route = route();
        prepare(route, 0);

        route.done();

        assertFalse(route.isPrepared());
        assertEquals(index.length + SIZE / 4, route.predictedBytes(0));
    }

    @Test
    void source_bankChangedSinceItWasLookedThrough_countsWhatWasNotPredicted() throws Exception {
        IndexRoute route = route();
        prepare(route, 0);
        long predicted = route.predictedBytes(0);
        byte[] flipped = INSTALLED.clone();
        flipped[MIB + 5] ^= 1;
        write(old, flipped);

        assertArrayEquals(IMAGE, read(route.source(server, 0), 0));

        assertTrue(route.unpredictedBytes() > 60 * KIB);
        assertEquals(predicted + route.unpredictedBytes(), server.transferred(STORE));
    }

    /** The writer of the target overtakes what it held, and the month's bytes are enough for exactly what was predicted. */
    @Test
    void download_allowedExactlyThePrediction_isCompleteFromBothBanks() throws Exception {
        byte[] half = INSTALLED.clone();
        Arrays.fill(half, MIB, 2 * MIB, (byte) 7);
        write(old, half);
        byte[] ahead = new byte[4 * MIB];
        System.arraycopy(IMAGE, MIB, ahead, 2 * MIB + 64 * KIB + 1, MIB);
        write(target, ahead);
        IndexRoute route = route();
        prepare(route, 0);
        long predicted = route.predictedBytes(0);
        assertTrue(predicted > KIB && predicted < MIB / 2, predicted + " bytes");
        server.transferred.clear();
        Meter meter = new Meter();
        meter.expect(predicted);
        Downloaded downloaded = new Downloaded(predicted);
        target.begin(SIZE);

        new Download(
                        scheduler,
                        new FakeClock(),
                        List.of(route.source(meter.over(server), 0)),
                        target,
                        new Job(STORE, SIZE, Digest.sha256Of(IMAGE), Digest.sha256Of(index), 256 * KIB, true),
                        Optional.empty(),
                        downloaded,
                        new SplittableRandom(1),
                        Optional.of(meter))
                .start();
        scheduler.runAll();

        assertEquals(List.of("complete"), downloaded.ends);
        assertEquals(predicted, server.transferred(STORE));
        assertEquals(predicted, meter.transferredBytes());
        assertEquals(0, route.unpredictedBytes());
        byte[] written = new byte[SIZE];
        target.read(0, ByteBuffer.wrap(written));
        assertArrayEquals(IMAGE, written);
    }

    private static final class Downloaded implements Download.Listener {
        final List<String> ends = new ArrayList<>();
        private long allowance;

        Downloaded(long allowance) {
            this.allowance = allowance;
        }

        @Override
        public void resumed(long offset) {}

        @Override
        public void checkpoint(Checkpoint checkpoint) {}

        @Override
        public long allowed(long wanted) {
            long granted = Math.min(wanted, allowance);
            allowance -= granted;
            return granted;
        }

        @Override
        public void held() {
            ends.add("held");
        }

        @Override
        public void progress(long done, long total) {}

        @Override
        public void interrupted(String why, Duration retryIn) {
            ends.add(why);
        }

        @Override
        public void complete() {
            ends.add("complete");
        }

        @Override
        public void failed(Cause cause, Optional<Rejection> rejection, String detail) {
            ends.add(detail);
        }
    }

    /** As after a hold: what the writer may have erased since isn't counted on. */
    @Test
    void source_goneOnWithLater_takesNothingFromTheTargetThatMayBeErased() throws Exception {
        write(old, random(4, SIZE));
        byte[] shifted = new byte[4 * MIB];
        int shift = MIB + 64 * KIB + 1;
        System.arraycopy(IMAGE, 0, shifted, shift, shifted.length - shift);
        write(target, shifted);
        IndexRoute route = route();
        told.ends.clear();
        prepare(route, 0);
        long before = route.predictedBytes(MIB);
        assertTrue(route.predictedBytes(0) < SIZE, "the target holds some of it");

        // Another route wrote so far, and erased nobody knows how far.
        route.source(server, MIB);

        assertTrue(route.predictedBytes(MIB) > before);
        assertEquals(SIZE - MIB, route.predictedBytes(MIB), "nothing of the target is counted on");
    }
}

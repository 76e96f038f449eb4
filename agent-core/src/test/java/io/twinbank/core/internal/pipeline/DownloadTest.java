// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Cause;
import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.StepScheduler;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FakeClock;
import io.twinbank.hal.contract.StrictFlashBank;
import io.twinbank.hal.contract.Trace;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownloadTest {
    private static final int SIZE = 200_003;
    private static final int ERASE = 4096;
    private static final long CHECKPOINT = 40_000;
    private static final long CHECKPOINT_ROUNDED = 40_960;
    private static final URI ADDRESS = URI.create("test:image");

    private final StepScheduler scheduler = new StepScheduler();
    private final Trace trace = new Trace();
    private final byte[] image = randomImage(1);
    private final ScriptedSource source = new ScriptedSource(image);
    private final Recorder recorder = new Recorder();
    private final FakeClock clock = new FakeClock();
    private StrictFlashBank bank = bank(new FlashGeometry(1 << 20, 512, ERASE));
    private FlashBank target = bank;
    private Job job = job(false);

    @BeforeEach
    void begin() throws Exception {
        bank.begin(SIZE);
    }

    @ParameterizedTest
    @CsvSource({"1, 4096", "512, 4096", "4096, 4096", "16, 131072", "2048, 524288", "4096, 2097152"})
    void start_anyGeometry_wholeImageIsWritten(int writeSize, int eraseSize) throws Exception {
        bank = bank(new FlashGeometry(4 << 20, writeSize, eraseSize));
        bank.begin(SIZE);
        target = bank;

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertImageIsThere();
        assertEquals(SIZE, source.served);
        assertEquals(0, source.open);
    }

    @Test
    void start_wholeImage_lastWriteUnitIsPaddedWithOnes() {
        download(Optional.empty());

        byte[] tail = Arrays.copyOfRange(bank.content(), SIZE, (int) Layout.roundUp(SIZE, 512));
        byte[] ones = new byte[tail.length];
        Arrays.fill(ones, (byte) 0xff);
        assertTrue(tail.length > 0);
        assertArrayEquals(ones, tail);
    }

    @Test
    void start_wholeImage_syncsBeforeEachCheckpoint() {
        download(Optional.empty());

        assertEquals(
                List.of(CHECKPOINT_ROUNDED, 2 * CHECKPOINT_ROUNDED, 3 * CHECKPOINT_ROUNDED, 4 * CHECKPOINT_ROUNDED),
                recorder.checkpoints.stream().map(Checkpoint::offset).toList());
        assertEquals(4, trace.steps().stream().filter("sync bank"::equals).count());
    }

    @Test
    void start_slowNetwork_checkpointsComeSoonerAndChunksAreSmall() {
        job = new Job(ADDRESS, SIZE, digest(image), digest(new byte[0]), 256 << 10, false);
        recorder.onProgress = done -> clock.advance(Duration.ofSeconds(4));

        download(Optional.empty());

        List<Long> done = recorder.heard.stream()
                .filter(heard -> heard.startsWith("progress"))
                .map(heard -> Long.valueOf(heard.substring("progress ".length())))
                .toList();
        assertEquals(done.get(2), recorder.checkpoints.get(0).offset(), "12 s after the begin");
        assertEquals(done.get(5), recorder.checkpoints.get(1).offset());
        assertEquals(ERASE, done.get(done.size() - 2) - done.get(done.size() - 3));
        assertEquals("complete", recorder.last());
    }

    @Test
    void start_fastNetwork_chunksGrow() {
        job = new Job(ADDRESS, SIZE, digest(image), digest(new byte[0]), 16 << 20, false);

        download(Optional.empty());

        assertEquals(List.of("progress 131072", "progress 200003"), recorder.heard.subList(1, 3));
    }

    @Test
    void start_freshBank_firstEraseComesBeforeTheNetwork() {
        source.breaks(0, new IOException("no route"));
        Download download = newDownload(Optional.empty());

        download.start();
        scheduler.runUntil(Duration.ZERO);

        assertTrue(
                trace.steps().get(1).startsWith("erase bank 0+"), trace.steps().toString());
    }

    @Test
    void start_connectionBreaks_goesOnWhereItStopped() throws Exception {
        source.breaks(100_001, new IOException("reset by peer"));

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertEquals(List.of(0L, 100_001L), source.openings);
        assertEquals(SIZE, source.served);
        assertEquals(List.of("reset by peer"), recorder.interruptions);
        assertEquals(List.of(0L, 100_001L), recorder.resumed);
        assertEquals(Optional.of("\"v1\""), source.validatorsAsked.get(1));
        assertImageIsThere();
    }

    @Test
    void start_declaredPayloadEndsEarly_isACutAndGoesOn() throws Exception {
        source.ends(70_000);

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertEquals(List.of("ended at 70000 of 200003 bytes"), recorder.interruptions);
        assertImageIsThere();
    }

    @Test
    void start_offlineForDays_neverGivesUpAndBacksOffToTheCap() throws Exception {
        for (int i = 0; i < 1000; i++) {
            source.breaks(0, new IOException("no route to host"));
        }

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertEquals(1000, recorder.delays.size());
        assertTrue(recorder.delays.get(0).compareTo(Duration.ofSeconds(1)) <= 0);
        assertTrue(recorder.delays.stream().allMatch(each -> each.compareTo(Duration.ofMinutes(5)) <= 0));
        assertTrue(recorder.delays.stream().anyMatch(each -> each.compareTo(Duration.ofMinutes(4)) > 0));
        assertTrue(scheduler.now().compareTo(Duration.ofHours(30)) > 0);
    }

    @Test
    void start_progressBetweenFailures_backOffBeginsAnew() {
        for (int i = 0; i < 50; i++) {
            source.breaks(100, new IOException("flaky"));
        }

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertTrue(recorder.delays.stream().allMatch(each -> each.compareTo(Duration.ofSeconds(1)) <= 0));
    }

    @Test
    void wake_duringABackOff_triesAtOnce() {
        for (int i = 0; i < 12; i++) {
            source.breaks(0, new IOException("offline"));
        }
        Download download = newDownload(Optional.empty());
        download.start();
        while (source.openings.size() < 12) {
            scheduler.step();
        }
        scheduler.runUntil(scheduler.now());
        Duration before = scheduler.now();

        download.wake();
        download.wake();
        scheduler.runUntil(before);

        assertEquals("complete", recorder.last());
        assertEquals(13, source.openings.size());
    }

    @Test
    void start_afterAPowerCut_resumesAtTheCheckpointAndFetchesAtMostOneTwice() throws Exception {
        for (int cut = 1; cut < 400; cut += 7) {
            ScriptedSource first = new ScriptedSource(image);
            bank.begin(SIZE);
            recorder.clear();
            StepScheduler life = new StepScheduler();
            new Download(life, clock, List.of(first), bank, job, Optional.empty(), recorder, new SplittableRandom(1))
                    .start();
            for (int i = 0; i < cut && life.step(); i++) {}
            bank.cutPower();
            Optional<Checkpoint> last = recorder.lastCheckpoint();
            ScriptedSource second = new ScriptedSource(image);
            bank.begin(SIZE);

            recorder.clear();
            new Download(scheduler, clock, List.of(second), bank, job, last, recorder, new SplittableRandom(1)).start();
            scheduler.runAll();

            assertEquals("complete", recorder.last());
            assertEquals(List.of(last.map(Checkpoint::offset).orElse(0L)), second.openings);
            assertTrue(first.served + second.served - SIZE <= CHECKPOINT_ROUNDED, "cut after step " + cut);
            assertImageIsThere();
        }
    }

    @Test
    void start_prefixDamaged_beginsAnewAndKeepsNothing() throws Exception {
        Checkpoint checkpoint = checkpointAfter(2);
        bank.flip(10);
        trace.clear();

        download(Optional.of(checkpoint));

        assertEquals("complete", recorder.last());
        assertEquals(0L, source.openings.get(1));
        assertImageIsThere();
    }

    @Test
    void start_prefixUnreadable_beginsAnew() throws Exception {
        Checkpoint checkpoint = checkpointAfter(2);
        for (int attempt = 1; attempt <= 3; attempt++) {
            trace.failNext("read bank", HalException.Kind.ECC);
        }

        download(Optional.of(checkpoint));

        assertEquals("complete", recorder.last());
        assertEquals(0L, source.openings.get(1));
        assertImageIsThere();
    }

    @Test
    void start_checkpointOfAnotherManifest_isIgnored() {
        Checkpoint own = checkpointAfter(1);
        Checkpoint other =
                new Checkpoint(digest(new byte[1]), own.offset(), own.prefixDigest(), own.erasedTo(), own.validator());

        download(Optional.of(other));

        assertEquals("complete", recorder.last());
        assertEquals(0L, source.openings.get(1));
    }

    @Test
    void start_bankThatCannotResume_beginsAnew() {
        Checkpoint checkpoint = checkpointAfter(1);
        target = new NotResumable(bank);

        download(Optional.of(checkpoint));

        assertEquals("complete", recorder.last());
        assertEquals(0L, source.openings.get(1));
    }

    @Test
    void start_bankHoldsTheImageAlready_nothingIsErasedOrWritten() throws Exception {
        bank.flash(image);
        job = job(true);

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertTrue(trace.steps().stream().noneMatch(step -> step.startsWith("erase") || step.startsWith("write")));
        assertImageIsThere();
    }

    @Test
    void start_bankThatCannotResumeHoldsTheImageAlready_allOfItIsWritten() throws Exception {
        bank.flash(image);
        target = new NotResumable(bank);
        job = job(true);

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertTrue(written() >= SIZE, () -> written() + " bytes written");
        assertImageIsThere();
    }

    @Test
    void start_someUnitsDiffer_onlySomeAreWritten() throws Exception {
        byte[] old = image.clone();
        old[5 * ERASE + 7] ^= 1;
        old[30 * ERASE + 4095] ^= 1;
        bank.flash(old);
        job = job(true);

        Download download = newDownload(Optional.empty());
        download.start();
        scheduler.runAll();

        assertEquals("complete", recorder.last());
        assertEquals(
                List.of("erase bank " + 5 * ERASE + "+4096", "erase bank " + 30 * ERASE + "+4096"),
                trace.steps().stream().filter(step -> step.startsWith("erase")).toList());
        assertEquals(SIZE - 2 * ERASE, download.keptBytes());
        assertImageIsThere();
    }

    @Test
    void start_everythingDiffers_fewUnitsAreCompared() throws Exception {
        bank.flash(randomImage(2));
        job = job(true);

        download(Optional.empty());

        long erases =
                trace.steps().stream().filter(step -> step.startsWith("erase")).count();
        assertEquals("complete", recorder.last());
        assertTrue(erases <= 7, erases + " erases for 49 units");
        assertImageIsThere();
    }

    @Test
    void start_lastWriterDidNotFinish_everythingIsErased() throws Exception {
        bank.flash(image);

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertEquals(1, bank.erases(0));
        assertEquals(1, bank.erases(SIZE - 1));
        assertImageIsThere();
    }

    @Test
    void start_afterAPowerCut_nothingThatMayHaveBeenErasedIsKept() throws Exception {
        bank.flash(image);
        job = new Job(ADDRESS, SIZE, digest(image), digest(new byte[0]), 8192, false);
        Checkpoint checkpoint = checkpointAfter(2);
        bank.flash(image);
        Checkpoint bounded = new Checkpoint(
                checkpoint.manifestDigest(),
                checkpoint.offset(),
                checkpoint.prefixDigest(),
                20 * ERASE,
                Optional.empty());
        int before = bank.erases(16384);

        download(Optional.of(bounded));

        assertEquals("complete", recorder.last());
        assertEquals(before + 1, bank.erases(checkpoint.offset()), "behind the checkpoint");
        assertEquals(before + 1, bank.erases(20 * ERASE - 1), "before the bound");
        assertEquals(before, bank.erases(20 * ERASE), "at the bound");
        assertImageIsThere();
    }

    @Test
    void checkpoint_whileUnitsAreKept_boundCoversWhatIsErasedBeforeTheNext() {
        bank = bank(new FlashGeometry(4 << 20, 512, ERASE));
        target = bank;
        byte[] large = new byte[3 << 20];
        new SplittableRandom(3).nextBytes(large);
        ScriptedSource largeSource = new ScriptedSource(large);
        Job keeping = new Job(ADDRESS, large.length, digest(large), digest(new byte[0]), 256 << 10, true);
        List<Long> bounds = new ArrayList<>();
        recorder.onCheckpoint = checkpoint -> {
            assertTrue(highestErase() <= bounds.stream().reduce((a, b) -> b).orElse(Long.MAX_VALUE));
            bounds.add(checkpoint.erasedTo());
        };
        begin(bank, large.length);

        new Download(
                        scheduler,
                        clock,
                        List.of(largeSource),
                        bank,
                        keeping,
                        Optional.empty(),
                        recorder,
                        new SplittableRandom(1))
                .start();
        scheduler.runAll();

        assertEquals("complete", recorder.last());
        assertEquals(15, bounds.size());
        assertTrue(bounds.get(0) < large.length);
    }

    @Test
    void start_sourceDeclaresLess_failsAsShort() {
        source.change(Arrays.copyOf(image, 199_000), "\"v1\"");

        download(Optional.empty());

        assertFailed(Cause.PAYLOAD, RejectReason.PAYLOAD_SHORT, "199000", "200003");
        assertTrue(trace.steps().stream().noneMatch(step -> step.startsWith("write")), "nothing is written");
    }

    @Test
    void start_sourceDeclaresMore_failsAsLong() {
        source.change(Arrays.copyOf(image, 300_000), "\"v1\"");

        download(Optional.empty());

        assertFailed(Cause.PAYLOAD, RejectReason.PAYLOAD_LONG, "300000", "200003");
    }

    @Test
    void start_undeclaredPayloadEndsEarlyTwice_failsAsShort() {
        source.declares = false;
        source.change(Arrays.copyOf(image, 150_000), "\"v1\"");

        download(Optional.empty());

        assertFailed(Cause.PAYLOAD, RejectReason.PAYLOAD_SHORT, "150000", "200003");
        assertEquals(List.of(0L, 150_000L), source.openings);
    }

    @Test
    void start_undeclaredPayloadGoesOn_failsAsLong() {
        source.declares = false;
        source.change(Arrays.copyOf(image, SIZE + 1), "\"v1\"");

        download(Optional.empty());

        assertFailed(Cause.PAYLOAD, RejectReason.PAYLOAD_LONG, "more", "200003");
    }

    @Test
    void start_undeclaredPayload_isComplete() throws Exception {
        source.declares = false;

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertImageIsThere();
    }

    @Test
    void start_otherBytes_failsByDigest() {
        byte[] other = image.clone();
        other[SIZE - 1] ^= 1;
        source.change(other, "\"v1\"");

        download(Optional.empty());

        assertFailed(Cause.PAYLOAD, RejectReason.PAYLOAD_DIGEST, hex(other), hex(image));
    }

    @Test
    void start_finalAnswer_failsAsUnavailable() {
        source.breaks(0, new PayloadException(PayloadException.Kind.FINAL, "GET test:image: 404"));

        download(Optional.empty());

        assertFailed(Cause.PAYLOAD, RejectReason.PAYLOAD_UNAVAILABLE, "", "");
        assertTrue(recorder.rejection.orElseThrow().detail().contains("404"));
        assertEquals(1, source.openings.size());
    }

    @Test
    void start_noSourceServes_failsAsUnavailable() {
        job = new Job(URI.create("ftp://x/y"), SIZE, digest(image), digest(new byte[0]), CHECKPOINT, false);

        download(Optional.empty());

        assertFailed(Cause.PAYLOAD, RejectReason.PAYLOAD_UNAVAILABLE, "", "");
        assertTrue(recorder.rejection.orElseThrow().detail().contains("ftp://x/y"));
    }

    @Test
    void start_payloadChangesOnce_beginsAnew() throws Exception {
        source.breaks(90_000, new IOException("cut"));
        source.breaks(0, new PayloadException(PayloadException.Kind.CHANGED, "another entity tag"));

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertEquals(List.of(0L, 90_000L, 0L), source.openings);
        assertEquals(Optional.empty(), source.validatorsAsked.get(2));
        assertEquals(List.of("cut", "another entity tag"), recorder.interruptions);
        assertImageIsThere();
    }

    @Test
    void start_payloadKeepsChanging_failsAsUnavailable() {
        for (int i = 0; i < 4; i++) {
            source.breaks(50_000, new PayloadException(PayloadException.Kind.CHANGED, "another entity tag"));
        }

        download(Optional.empty());

        assertFailed(Cause.PAYLOAD, RejectReason.PAYLOAD_UNAVAILABLE, "4", "3");
    }

    @Test
    void start_busySource_triesAgain() throws Exception {
        source.breaks(0, new PayloadException(PayloadException.Kind.RETRY, "503"));

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertEquals(List.of("503"), recorder.interruptions);
    }

    @Test
    void start_validatorIsTooLong_isNotKept() throws Exception {
        source.validator = Optional.of("x".repeat(257));
        source.breaks(100_000, new IOException("cut"));

        download(Optional.empty());

        assertEquals("complete", recorder.last());
        assertEquals(List.of(Optional.empty(), Optional.empty()), source.validatorsAsked);
        assertImageIsThere();
    }

    @Test
    void start_sourceHasABug_triesAgain() throws Exception {
        ScriptedSource broken = new ScriptedSource(image) {
            private boolean thrown;

            @Override
            public Stream open(Request request) {
                if (!thrown) {
                    thrown = true;
                    throw new IllegalStateException("a bug");
                }
                return super.open(request);
            }
        };

        new Download(scheduler, clock, List.of(broken), bank, job, Optional.empty(), recorder, new SplittableRandom(1))
                .start();
        scheduler.runAll();

        assertEquals("complete", recorder.last());
        assertTrue(recorder.interruptions.get(0).contains("a bug"));
    }

    @ParameterizedTest
    @CsvSource({"erase, IO", "write, NO_SPACE", "write, WORN_OUT", "sync, IO"})
    void start_flashFails_failsWithItsKind(String step, HalException.Kind kind) {
        trace.failNext(step, kind);

        download(Optional.empty());

        assertFailed(Cause.FLASH, RejectReason.FLASH_FAILED, "", "");
        assertTrue(recorder.rejection.orElseThrow().detail().contains(kind.name()));
        assertEquals(0, source.open);
    }

    @Test
    void start_checkpointCannotBeStored_fails() {
        recorder.onCheckpoint = checkpoint -> {
            throw new HalException(HalException.Kind.NO_SPACE, "state store is full");
        };

        download(Optional.empty());

        assertFailed(Cause.FLASH, RejectReason.FLASH_FAILED, "", "");
    }

    @Test
    void stop_atAnyStep_listenerHearsNothingMoreAndTheStreamIsClosed() throws Exception {
        for (int at = 0; at < 120; at += 5) {
            Recorder own = new Recorder();
            bank.begin(SIZE);
            Download download = new Download(
                    scheduler, clock, List.of(source), bank, job, Optional.empty(), own, new SplittableRandom(1));
            download.start();
            for (int i = 0; i < at; i++) {
                scheduler.step();
            }

            download.stop();
            download.stop();
            List<String> heard = List.copyOf(own.heard);
            int steps = trace.steps().size();
            scheduler.runAll();

            assertEquals(heard, own.heard);
            assertEquals(steps, trace.steps().size(), "the flash rests");
            assertEquals(0, source.open);
        }
    }

    @Test
    void stop_fromTheListener_isHeeded() {
        recorder.onCheckpoint = checkpoint -> recorder.toStop.stop();
        recorder.toStop = newDownload(Optional.empty());

        recorder.toStop.start();
        scheduler.runAll();

        assertEquals(1, recorder.checkpoints.size());
        assertTrue(recorder.last().startsWith("checkpoint"));
    }

    @Test
    void start_slowFlash_fetchesNoFurtherThanTheRing() {
        Job wide = new Job(ADDRESS, SIZE, digest(image), digest(new byte[0]), 1 << 20, false);
        int ring = 4 * Layout.of(bank.geometry(), SIZE, 1 << 20).chunkBytes();
        recorder.onProgress = done -> assertTrue(source.served - done <= ring);

        new Download(scheduler, clock, List.of(source), bank, wide, Optional.empty(), recorder, new SplittableRandom(1))
                .start();
        scheduler.runAll();

        assertEquals("complete", recorder.last());
    }

    private void download(Optional<Checkpoint> from) {
        newDownload(from).start();
        scheduler.runAll();
    }

    private Download newDownload(Optional<Checkpoint> from) {
        return new Download(scheduler, clock, List.of(source), target, job, from, recorder, new SplittableRandom(1));
    }

    /** Downloads as far as the nth checkpoint, cuts the power, and unlocks the bank again. */
    private Checkpoint checkpointAfter(int n) {
        Download download = newDownload(Optional.empty());
        download.start();
        while (recorder.checkpoints.size() < n) {
            scheduler.step();
        }
        download.stop();
        scheduler.runAll();
        Checkpoint checkpoint = recorder.lastCheckpoint().orElseThrow();
        bank.cutPower();
        begin(bank, SIZE);
        recorder.clear();
        return checkpoint;
    }

    private static void begin(FlashBank bank, long length) {
        try {
            bank.begin(length);
        } catch (HalException e) {
            throw new AssertionError(e);
        }
    }

    private long highestErase() {
        return trace.steps().stream()
                .filter(step -> step.startsWith("erase"))
                .map(step -> step.split("[ +]"))
                .mapToLong(parts -> Long.parseLong(parts[2]) + Long.parseLong(parts[3]))
                .max()
                .orElse(0);
    }

    private long written() {
        return trace.steps().stream()
                .filter(step -> step.startsWith("write"))
                .map(step -> step.split("[ +]"))
                .mapToLong(parts -> Long.parseLong(parts[3]))
                .sum();
    }

    private void assertImageIsThere() throws HalException {
        byte[] found = new byte[SIZE];
        bank.read(0, ByteBuffer.wrap(found));
        assertArrayEquals(image, found);
    }

    private void assertFailed(Cause cause, RejectReason reason, String found, String expected) {
        assertEquals("failed " + cause, recorder.last());
        Rejection rejection = recorder.rejection.orElseThrow();
        assertEquals(reason, rejection.reason());
        assertEquals(found, rejection.found());
        assertEquals(expected, rejection.expected());
        assertFalse(rejection.detail().isEmpty());
    }

    private Job job(boolean lastWriterFinished) {
        return new Job(ADDRESS, SIZE, digest(image), digest(new byte[0]), CHECKPOINT, lastWriterFinished);
    }

    private StrictFlashBank bank(FlashGeometry geometry) {
        return new StrictFlashBank("bank", geometry, () -> false, trace);
    }

    private static byte[] randomImage(long seed) {
        byte[] bytes = new byte[SIZE];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static Digest digest(byte[] bytes) {
        return Digest.sha256(Digest.sha256(new byte[32]).newMessageDigest().digest(bytes));
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(digest(bytes).bytes());
    }

    /** A bank such as a UBI volume. */
    private record NotResumable(FlashBank bank) implements FlashBank {
        @Override
        public FlashGeometry geometry() {
            return bank.geometry();
        }

        @Override
        public boolean resumable() {
            return false;
        }

        @Override
        public void begin(long length) throws HalException {
            bank.begin(length);
        }

        @Override
        public void read(long offset, ByteBuffer dst) throws HalException {
            bank.read(offset, dst);
        }

        @Override
        public void erase(long offset, long length) throws HalException {
            bank.erase(offset, length);
        }

        @Override
        public void write(long offset, ByteBuffer src) throws HalException {
            bank.write(offset, src);
        }

        @Override
        public void sync() throws HalException {
            bank.sync();
        }

        @Override
        public void end() throws HalException {
            bank.end();
        }
    }
}

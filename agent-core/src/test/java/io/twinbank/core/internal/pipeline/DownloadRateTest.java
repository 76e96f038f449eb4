// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.cose.ContentAlgorithm;
import io.twinbank.core.internal.StepScheduler;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.contract.StrictFlashBank;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How fast bytes come, and may, in virtual time; and bytes of more than one version. */
class DownloadRateTest {
    private static final int SIZE = 200_003;
    private static final int ERASE = 4096;
    private static final long CHECKPOINT = 40_960;
    private static final Rates ANY = new Rates(0, Duration.ofSeconds(60), 0);
    private static final URI ADDRESS = URI.create("test:image");

    private final StepScheduler scheduler = new StepScheduler();
    private final SlowNetwork network = new SlowNetwork();
    private final byte[] image = new byte[SIZE];
    private final ScriptedSource source = new ScriptedSource(image);
    private final Recorder recorder = new Recorder();
    private final StrictFlashBank bank = new StrictFlashBank(new FlashGeometry(1 << 20, 512, ERASE));

    private long checkpointBytes = CHECKPOINT;

    @BeforeEach
    void fill() throws Exception {
        new SplittableRandom(1).nextBytes(image);
        bank.begin(SIZE);
    }

    @Test
    void start_limited_bytesComeEvenly() {
        List<Duration> times = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        recorder.onProgress = done -> {
            times.add(scheduler.now());
            sizes.add(done);
        };

        download(ANY.limitedTo(40_960));

        assertComplete();
        assertEquals(
                IntStream.range(0, 49)
                        .mapToObj(i -> Duration.ofMillis(100L * i))
                        .toList(),
                times);
        assertEquals(List.of(4096L, 8192L), sizes.subList(0, 2));
        assertEquals(
                List.of(CHECKPOINT, 2 * CHECKPOINT, 3 * CHECKPOINT, 4 * CHECKPOINT),
                recorder.checkpoints.stream().map(Checkpoint::offset).toList());
    }

    /** Where chunks would be large, they are of a quarter of a second. */
    @Test
    void start_limitedWithFewCheckpoints_chunksStaySmall() {
        List<Duration> times = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        recorder.onProgress = done -> {
            times.add(scheduler.now());
            sizes.add(done);
        };
        checkpointBytes = 16 << 20;

        download(ANY.limitedTo(40_960));

        assertComplete();
        assertEquals(List.of(8192L, 16_384L, 24_576L), sizes.subList(0, 3));
        assertEquals(Duration.ofMillis(200 * 24), times.get(24));
        assertEquals(25, sizes.size());
    }

    @Test
    void start_limitBelowTheLeastRate_isNotTheServersFault() {
        download(Rates.USUAL.limitedTo(50));

        assertComplete();
        assertEquals(List.of(), recorder.interruptions);
        assertEquals(Duration.ofMillis(48 * ERASE * 1000L / 50), scheduler.now(), "48 units before the last");
        assertEquals(47, recorder.checkpoints.size(), "one for each unit behind the first");
    }

    @Test
    void start_limitedAndTheConnectionBreaks_goesOnWithinTheLimit() {
        source.breaks(100_001, new IOException("reset by peer"));

        download(ANY.limitedTo(40_960));

        assertComplete();
        assertEquals(SIZE, source.served);
        assertTrue(scheduler.now().compareTo(Duration.ofMillis(4800)) >= 0, () -> "" + scheduler.now());
    }

    /** What an encoding adds is transferred as well. */
    @Test
    void start_limitedAndEncoded_whatComesIsLimited() throws Exception {
        Sealing sealing = new Sealing(ContentAlgorithm.A128GCM, 1024);
        source.change(sealing.encrypt(image), "\"v1\"");
        source.counts = true;
        PayloadSource sealed = DecodingSource.of(source, sealing.encoding(), Optional.of(sealing.cipher()), SIZE);

        newDownload(ANY.limitedTo(40_960), sealed).start();
        scheduler.runAll();

        assertComplete();
        long unit = sealing.encoding().encodedBytes(ERASE);
        assertEquals(Duration.ofNanos(48 * unit * 1_000_000_000 / 40_960), scheduler.now());
    }

    @Test
    void stop_whileTheLimitWaits_leavesNothingBehind() {
        recorder.onProgress = done -> {
            if (recorder.toStop != null) {
                recorder.toStop.stop();
            }
        };
        recorder.toStop = newDownload(Rates.USUAL.limitedTo(100));

        recorder.toStop.start();
        scheduler.runAll();

        assertEquals(Duration.ZERO, scheduler.now());
    }

    @Test
    void start_unitPerMinute_isJustFastEnough() {
        network.lag = Duration.ofSeconds(59);

        download(Rates.USUAL);

        assertComplete();
        assertEquals(List.of(), recorder.interruptions);
    }

    @Test
    void start_lessThanTheLeastRate_isClosedAndToldWithNumbers() {
        network.lag = Duration.ofSeconds(61);
        recorder.onInterrupted = why -> network.recovers();

        download(Rates.USUAL);

        assertComplete();
        assertEquals(List.of("too slow: 0 bytes in 60000 ms, expected at least 4096"), recorder.interruptions);
        assertEquals(List.of(0L, 0L), List.of(source.openings.get(0), source.openings.get(source.openings.size() - 1)));
    }

    @Test
    void start_slowForEver_backsOffAlthoughSomeBytesComeEachTime() {
        network.lag = Duration.ofSeconds(45);
        Rates greedy = new Rates(1 << 20, Duration.ofSeconds(60), 0);
        recorder.onInterrupted = why -> {
            network.busyUntil = Duration.ZERO;
            if (recorder.interruptions.size() == 20 && recorder.toStop != null) {
                recorder.toStop.stop();
            }
        };
        recorder.toStop = newDownload(greedy);

        recorder.toStop.start();
        scheduler.runAll();

        assertEquals(20, recorder.interruptions.size());
        assertTrue(
                recorder.interruptions.stream().allMatch(why -> why.startsWith("too slow: 4096 bytes in 60000 ms")),
                () -> "" + recorder.interruptions);
        assertTrue(recorder.delays.stream().anyMatch(each -> each.compareTo(Duration.ofSeconds(60)) > 0));
    }

    @Test
    void rates_negative_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Rates(-1, Duration.ofSeconds(1), 0));
        assertThrows(IllegalArgumentException.class, () -> new Rates(0, Duration.ZERO, 0));
        assertThrows(IllegalArgumentException.class, () -> ANY.limitedTo(-1));
    }

    /** Such as a mirror that has another build under the same name. */
    @Test
    void start_goesOnWithAnotherVersion_isFetchedOnceMoreFromTheBegin() {
        byte[] other = image.clone();
        other[100] ^= 1;
        source.change(other, "\"other\"");
        source.breaks(100_001, new IOException("reset by peer"));
        recorder.onInterrupted = why -> source.change(image, "\"right\"");

        download(ANY);

        assertComplete();
        assertEquals(List.of(0L, 100_001L, 0L), source.openings);
        assertEquals(
                "digest of test:image is wrong, and its bytes may be of more than one version",
                recorder.interruptions.get(1));
    }

    @Test
    void start_twoVersionsAgain_isWrong() {
        byte[] other = image.clone();
        other[100] ^= 1;
        source.change(other, "\"v1\"");
        source.breaks(100_001, new IOException("reset by peer"));
        source.breaks(Long.MAX_VALUE, new IOException("never"));
        source.breaks(100_001, new IOException("reset by peer"));
        recorder.onInterrupted = why -> source.change(other, "\"v1" + recorder.interruptions.size() + "\"");

        download(ANY);

        assertEquals("failed PAYLOAD", recorder.last());
        assertEquals(
                RejectReason.PAYLOAD_DIGEST, recorder.rejection.orElseThrow().reason());
        assertEquals(List.of(0L, 100_001L, 0L, 100_001L), source.openings);
    }

    /** A server that gives the same entity tag to other bytes lies; the digest finds it, and it isn't fetched again and again. */
    @Test
    void start_sameVersionWithOtherBytes_isWrong() {
        byte[] other = image.clone();
        other[SIZE - 1] ^= 1;
        source.breaks(100_001, new IOException("reset by peer"));
        recorder.onInterrupted = why -> source.change(other, "\"v1\"");

        download(ANY);

        assertEquals("failed PAYLOAD", recorder.last());
        assertEquals(
                RejectReason.PAYLOAD_DIGEST, recorder.rejection.orElseThrow().reason());
        assertEquals(List.of(0L, 100_001L), source.openings);
    }

    @Test
    void checkpoint_ofMoreThanOneVersion_hasNoValidator() {
        source.breaks(100_001, new IOException("reset by peer"));
        recorder.onInterrupted = why -> source.change(image, "\"v2\"");

        download(ANY);

        assertEquals(Optional.of("\"v1\""), recorder.checkpoints.get(0).validator());
        assertEquals(Optional.empty(), recorder.checkpoints.get(3).validator());
    }

    private void download(Rates rates) {
        newDownload(rates).start();
        scheduler.runAll();
    }

    private Download newDownload(Rates rates) {
        return newDownload(rates, source);
    }

    private Download newDownload(Rates rates, PayloadSource from) {
        Digest digest =
                Digest.sha256(Digest.sha256(new byte[32]).newMessageDigest().digest(image));
        return new Download(
                network,
                new VirtualClock(),
                List.of(from),
                bank,
                new Job(ADDRESS, SIZE, digest, digest, checkpointBytes, false, rates),
                Optional.empty(),
                recorder,
                new SplittableRandom(1));
    }

    private void assertComplete() {
        assertEquals("complete", recorder.last());
        assertArrayEquals(image, Arrays.copyOf(bank.content(), SIZE));
    }

    private final class VirtualClock implements DeviceClock {
        @Override
        public long monotonicNanos() {
            return scheduler.now().toNanos();
        }

        @Override
        public Duration sinceBoot() {
            return scheduler.now();
        }

        @Override
        public Optional<Instant> wallClock() {
            return Optional.empty();
        }
    }

    /** Each chunk takes a while, and comes at its end. */
    private final class SlowNetwork implements Scheduler {
        Duration lag = Duration.ZERO;
        private Duration busyUntil = Duration.ZERO;

        void recovers() {
            lag = Duration.ZERO;
            busyUntil = Duration.ZERO;
        }

        @Override
        public Cancellable execute(Lane lane, Runnable task) {
            if (lane != Lane.FETCH) {
                return scheduler.execute(lane, task);
            }
            busyUntil = (busyUntil.compareTo(scheduler.now()) > 0 ? busyUntil : scheduler.now()).plus(lag);
            return scheduler.after(lane, busyUntil.minus(scheduler.now()), task);
        }

        @Override
        public Cancellable after(Lane lane, Duration delay, Runnable task) {
            return scheduler.after(lane, delay, task);
        }

        @Override
        public void close() {
            scheduler.close();
        }
    }
}

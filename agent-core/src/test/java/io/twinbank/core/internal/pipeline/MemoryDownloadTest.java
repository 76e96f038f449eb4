// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.StepScheduler;
import io.twinbank.core.spi.PayloadException;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.contract.FakeClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryDownloadTest {
    private static final int SIZE = 200_003;
    private static final URI ADDRESS = URI.create("test:index");

    private final StepScheduler scheduler = new StepScheduler();
    private final byte[] content = new byte[SIZE];
    private final Told told = new Told();
    private ScriptedSource source;
    private MemoryDownload download;

    private static final class Told implements MemoryDownload.Listener {
        final List<Long> asked = new ArrayList<>();
        final List<String> interruptions = new ArrayList<>();
        final List<String> ends = new ArrayList<>();
        long allowance = Long.MAX_VALUE;
        byte[] bytes = new byte[0];
        Optional<Rejection> rejection = Optional.empty();

        @Override
        public boolean allowed(long bytes) {
            asked.add(bytes);
            boolean allowed = bytes <= allowance;
            allowance -= allowed ? bytes : 0;
            return allowed;
        }

        @Override
        public void held() {
            ends.add("held");
        }

        @Override
        public void interrupted(String why, Duration retryIn) {
            interruptions.add(why);
        }

        @Override
        public void complete(byte[] all) {
            ends.add("complete");
            bytes = all.clone();
        }

        @Override
        public void failed(Rejection why) {
            ends.add("failed");
            rejection = Optional.of(why);
        }
    }

    @BeforeEach
    void make() {
        new SplittableRandom(1).nextBytes(content);
        source = new ScriptedSource(content);
        source.counts = true;
        download = download(Digest.sha256Of(content), List.of(source));
    }

    private MemoryDownload download(Digest digest, List<PayloadSource> sources) {
        return new MemoryDownload(
                scheduler,
                new FakeClock(),
                sources,
                ADDRESS,
                SIZE,
                digest,
                new Rates(0, Duration.ofSeconds(60), 0),
                told,
                new SplittableRandom(1));
    }

    private void run() {
        download.start();
        scheduler.runAll();
    }

    private Rejection refused(RejectReason reason) {
        run();
        assertEquals(List.of("failed"), told.ends);
        assertEquals(0, source.open);
        Rejection rejection = told.rejection.orElseThrow();
        assertEquals(reason, rejection.reason());
        return rejection;
    }

    @Test
    void start_goodSource_givesAllForTheBytesThatWereAsked() {
        run();

        assertEquals(List.of("complete"), told.ends);
        assertArrayEquals(content, told.bytes);
        assertEquals(List.of((long) SIZE), told.asked);
        assertEquals(SIZE, source.served);
        assertEquals(0, download.unusedBytes());
        assertEquals(0, source.open);
    }

    @Test
    void start_connectionBreaks_goesOnWhereItWasAndFetchesNoByteTwice() {
        source.breaks(70_000, new IOException("reset by peer")).ends(1).breaks(0, new IOException("refused"));

        run();

        assertEquals(List.of("complete"), told.ends);
        assertArrayEquals(content, told.bytes);
        assertEquals(List.of(0L, 70_000L, 70_001L, 70_001L), source.openings);
        assertEquals(Optional.of("\"v1\""), source.validatorsAsked.get(3));
        assertEquals(List.of("reset by peer", "ended at 70001 of 200003 bytes", "refused"), told.interruptions);
        assertEquals(List.of((long) SIZE), told.asked, "what was granted is enough");
    }

    @Test
    void start_notAllowed_isHeldWithoutARequestAndGoesOnWhenItIs() {
        told.allowance = SIZE - 1;
        run();
        assertEquals(List.of("held"), told.ends);
        assertEquals(List.of(), source.openings);
        assertEquals(0, download.unusedBytes());

        told.allowance = SIZE;
        run();

        assertEquals(List.of("held", "complete"), told.ends);
    }

    @Test
    void stop_inTheMiddle_tellsNothingMoreAndGoesOnThere() {
        download.start();
        while (source.served == 0) {
            assertTrue(scheduler.step());
        }
        download.stop();
        download.stop();
        scheduler.runAll();
        assertEquals(List.of(), told.ends);
        assertEquals(0, source.open);
        assertEquals(SIZE - source.served, download.unusedBytes());

        run();

        assertEquals(List.of("complete"), told.ends);
        assertArrayEquals(content, told.bytes);
        assertEquals(2, told.asked.size());
    }

    @Test
    void stop_duringABackOff_asksNoMore() {
        source.breaks(10, new IOException("reset by peer"));
        download.start();
        while (told.interruptions.isEmpty()) {
            assertTrue(scheduler.step());
        }

        download.stop();
        download.wake();
        scheduler.runAll();

        assertEquals(1, source.openings.size());
    }

    @Test
    void wake_duringABackOff_asksAtOnce() {
        source.breaks(10, new IOException("reset by peer"));
        download.start();
        while (told.interruptions.isEmpty()) {
            assertTrue(scheduler.step());
        }

        download.wake();

        scheduler.runAll();
        assertEquals(List.of("complete"), told.ends);
        assertEquals(2, source.openings.size());
    }

    @Test
    void start_changesInBetween_beginsAnewThreeTimesThenIsRefused() {
        for (int i = 0; i < 4; i++) {
            source.breaks(100, new PayloadException(PayloadException.Kind.CHANGED, "is \"v2\", was \"v1\""));
        }

        Rejection rejection = refused(RejectReason.PAYLOAD_UNAVAILABLE);

        assertEquals(List.of(0L, 0L, 0L, 0L), source.openings);
        assertEquals("4", rejection.found());
        assertEquals("3", rejection.expected());
        assertTrue(rejection.detail().startsWith("changed while it was fetched: is \"v2\""), rejection.detail());
    }

    @Test
    void start_wrongDigest_isRefusedWithBoth() {
        byte[] other = content.clone();
        other[SIZE - 1]++;
        source.change(other, "\"v1\"");

        Rejection rejection = refused(RejectReason.PAYLOAD_DIGEST);

        assertEquals(Digest.sha256Of(other).toString(), rejection.found());
        assertEquals(Digest.sha256Of(content).toString(), rejection.expected());
        assertEquals(1, source.openings.size());
    }

    /** Of a server without versions: nothing said that both parts were of one. */
    @Test
    void start_wrongDigestOfPartsOfMaybeTwoVersions_isFetchedOnceMore() {
        byte[] other = content.clone();
        other[0]++;
        source.change(other, "\"v1\"");
        source.validator = Optional.empty();
        source.breaks(1000, new IOException("reset by peer"));
        download.start();
        while (told.interruptions.isEmpty()) {
            assertTrue(scheduler.step());
        }
        source.change(content, "\"v1\"");
        source.validator = Optional.empty();

        scheduler.runAll();

        assertEquals(List.of("complete"), told.ends);
        assertArrayEquals(content, told.bytes);
        assertEquals(List.of(0L, 1000L, 0L), source.openings);
        assertEquals(List.of((long) SIZE, (long) SIZE), told.asked, "what comes twice is asked for twice");
    }

    @Test
    void start_declaresLess_isShort() {
        source.change(Arrays.copyOf(content, SIZE - 1), "\"v1\"");

        Rejection rejection = refused(RejectReason.PAYLOAD_SHORT);

        assertEquals("200002", rejection.found());
        assertEquals("200003", rejection.expected());
    }

    @Test
    void start_declaresMore_isLongBeforeItIsFetched() {
        source.change(Arrays.copyOf(content, SIZE + 1), "\"v1\"");

        Rejection rejection = refused(RejectReason.PAYLOAD_LONG);

        assertEquals("200004", rejection.found());
        assertTrue(source.served < SIZE / 2, source.served + " bytes");
    }

    @Test
    void start_notThere_isRefused() {
        source.breaks(0, new PayloadException(PayloadException.Kind.FINAL, "status 404"));

        assertEquals("status 404", refused(RejectReason.PAYLOAD_UNAVAILABLE).detail());
    }

    @Test
    void start_nobodyServesIt_isRefused() {
        download = download(Digest.sha256Of(content), List.of());

        assertEquals(
                "no payload source serves test:index",
                refused(RejectReason.PAYLOAD_UNAVAILABLE).detail());
    }

    /** Half a minute for each chunk of 64 KiB, and then for ever. */
    @Test
    void start_tooSlow_isClosedAndTriedAgainWhereItWas() {
        Scheduler slow = new Scheduler() {
            private boolean once;

            @Override
            public Cancellable execute(Lane lane, Runnable task) {
                boolean stuck = lane == Lane.FETCH && source.served > 0 && !once;
                once |= stuck;
                return scheduler.after(lane, Duration.ofSeconds(stuck ? 200 : lane == Lane.FETCH ? 30 : 0), task);
            }

            @Override
            public Cancellable after(Lane lane, Duration delay, Runnable task) {
                return scheduler.after(lane, delay, task);
            }

            @Override
            public void close() {}
        };
        DeviceClock clock = new DeviceClock() {
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
        };
        download = new MemoryDownload(
                slow,
                clock,
                List.of(source),
                ADDRESS,
                SIZE,
                Digest.sha256Of(content),
                Rates.USUAL,
                told,
                new SplittableRandom(1));

        run();

        assertEquals(List.of("complete"), told.ends);
        assertEquals(List.of("too slow: 0 bytes in 60000 ms, expected at least 4096"), told.interruptions);
        assertEquals(List.of(0L, 65_536L), source.openings);
        assertEquals(SIZE, source.served);
    }

    @Test
    void start_sourceThatIsBroken_isTriedAgain() {
        PayloadSource broken = new ScriptedSource(content) {
            private boolean once;

            @Override
            public Stream open(Request request) {
                if (!once) {
                    once = true;
                    throw new IllegalStateException("bug");
                }
                return super.open(request);
            }
        };
        download = download(Digest.sha256Of(content), List.of(broken));

        run();

        assertEquals(List.of("complete"), told.ends);
        assertFalse(told.interruptions.isEmpty());
    }
}

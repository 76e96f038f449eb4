// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Cause;
import io.twinbank.core.HttpPayloads;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.ThreadScheduler;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.internal.source.RawServer;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.contract.FakeClock;
import io.twinbank.hal.contract.StrictFlashBank;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pipeline on real threads and a real socket. */
class DownloadOverHttpTest {
    private static final String TAG = "\"v1\"";

    private final byte[] image = new byte[3_000_017];
    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final FakeClock clock = new FakeClock();
    private final StrictFlashBank bank = new StrictFlashBank(new FlashGeometry(4 << 20, 512, 4096));
    private final PayloadSource source = HttpPayloads.builder().allowHttp(true).build();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    @BeforeEach
    void fill() throws Exception {
        new SplittableRandom(1).nextBytes(image);
        bank.begin(image.length);
    }

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void start_serverCutsThreeTimes_wholeImageIsWritten() throws Exception {
        AtomicInteger cuts = new AtomicInteger();
        try (RawServer server = new RawServer((request, out) -> {
            if (cuts.incrementAndGet() > 3) {
                RawServer.serve(image, TAG, request, out);
                return;
            }
            int from = (int) request.offset();
            RawServer.head(
                    out,
                    from == 0 ? "200 OK" : "206 x",
                    "ETag: " + TAG,
                    "Content-Length: " + (image.length - from),
                    "Content-Range: bytes " + from + "-" + (image.length - 1) + "/" + image.length);
            out.write(image, from, 700_001);
        })) {
            start(server);

            assertEquals("complete", end.get());
            assertEquals(
                    List.of(0L, 700_001L, 1_400_002L, 2_100_003L),
                    server.requests.stream().map(RawServer.Request::offset).toList());
        }
        assertArrayEquals(image, Arrays.copyOf(bank.content(), image.length));
    }

    @Test
    void stop_whileTheServerIsSilent_doesNotKeepTheAgent() throws Exception {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        try (RawServer server = new RawServer((request, out) -> {
            RawServer.head(out, "200 OK", "Content-Length: " + image.length);
            out.write(image, 0, 300_000);
            asked.complete(null);
            sulk();
        })) {
            Download download = start(server);
            asked.get();

            CompletableFuture<Void> stopped = new CompletableFuture<>();
            scheduler.execute(Lane.AGENT, download::stop);
            scheduler.execute(Lane.AGENT, () -> stopped.complete(null));

            stopped.get();
            assertFalse(end.isDone());
        } finally {
            end.complete("over");
        }
    }

    private void sulk() {
        assertTrue(end.join().length() > 0);
    }

    private Download start(RawServer server) throws Exception {
        Digest digest = Digest.sha256(MessageDigest.getInstance("SHA-256").digest(image));
        Job job = new Job(server.uri("/image"), image.length, digest, digest, 1 << 20, false);
        Watcher watcher = new Watcher();
        Download download = new Download(
                scheduler, clock, List.of(source), bank, job, Optional.empty(), watcher, new SplittableRandom(1));
        watcher.download = download;
        download.start();
        return download;
    }

    private final class Watcher implements Download.Listener {
        private @Nullable Download download;

        @Override
        public void resumed(long offset) {}

        @Override
        public void checkpoint(Checkpoint checkpoint) {}

        @Override
        public void progress(long done, long total) {}

        @Override
        public void interrupted(String why, Duration retryIn) {
            if (download != null) {
                download.wake();
            }
        }

        @Override
        public void complete() {
            end.complete("complete");
        }

        @Override
        public void failed(Cause cause, Optional<Rejection> rejection, String detail) {
            end.complete(detail);
        }
    }
}

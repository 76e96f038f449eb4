// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.Cause;
import io.twinbank.core.HttpPayloads;
import io.twinbank.core.Rejection;
import io.twinbank.core.internal.ThreadScheduler;
import io.twinbank.core.internal.pipeline.Download;
import io.twinbank.core.internal.pipeline.Job;
import io.twinbank.core.internal.pipeline.Meter;
import io.twinbank.core.internal.pipeline.Rates;
import io.twinbank.core.internal.record.Checkpoint;
import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.DeviceClock;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.hal.contract.StrictFlashBank;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline on real threads, through TLS, with a server that dribbles and one that is killed. */
class DownloadOverTlsIT {
    private static final String TAG = "\"v1\"";
    private static final long CHECKPOINT = 64 << 10;

    @TempDir
    static Path folder;

    private static TestKeys keys;

    private final byte[] image = new byte[600_017];
    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final StrictFlashBank bank = new StrictFlashBank(new FlashGeometry(1 << 20, 512, 4096));
    private final Meter meter = new Meter();
    private final Watcher watcher = new Watcher();

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = new TestKeys(folder);
        keys.make("server", "client");
    }

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
    void start_serverDribbles_isClosedAtTheWindowsEndAndTriedAgain() throws Exception {
        try (RawServer server = new RawServer(keys.context(List.of("server"), "client"), "TLSv1.3", (request, out) -> {
            if (request.offset() > 0) {
                RawServer.serve(image, TAG, request, out);
                return;
            }
            RawServer.head(out, "200 OK", "ETag: " + TAG, "Content-Length: " + image.length);
            out.write(image, 0, 99);
            watcher.interrupted.join();
        })) {
            start(server.uri("/image"), new Rates(4096, Duration.ofSeconds(1), 0));

            assertEquals("complete", watcher.end.get());
            String why = watcher.interrupted.get();
            assertTrue(why.matches("too slow: (0|99) bytes in 1000 ms, expected at least 4096"), why);
        }
        assertImageIsThere();
    }

    @Test
    @Needs(Part.NGINX)
    void start_nginxIsKilledInTheMiddle_goesOnWhereItStopped() throws Exception {
        Files.createDirectories(folder.resolve("www"));
        Files.write(folder.resolve("www/image"), image);
        try (RealServer nginx =
                RealServer.nginx(folder, keys.writePem("server", true), keys.writePem("client", false))) {
            watcher.atFirstCheckpoint = nginx::kill;
            watcher.atFirstInterruption = nginx::restart;

            start(nginx.uri("/slow/image"), Rates.USUAL);

            assertEquals("complete", watcher.end.get());
            assertTrue(watcher.resumed.get(1) > 0, () -> watcher.resumed + "");
            assertEquals(image.length, meter.transferredBytes(), "no byte is fetched twice");
        }
        assertImageIsThere();
    }

    private void start(URI uri, Rates rates) throws Exception {
        PayloadSource source = HttpPayloads.builder()
                .sslContext(keys.context(List.of("client"), "server"))
                .readTimeout(Duration.ofDays(1))
                .build();
        Digest digest = Digest.sha256(MessageDigest.getInstance("SHA-256").digest(image));
        new Download(
                        scheduler,
                        new RunningClock(),
                        List.of(meter.over(source)),
                        bank,
                        new Job(uri, image.length, digest, digest, CHECKPOINT, false, rates),
                        Optional.empty(),
                        watcher,
                        new SplittableRandom(1),
                        Optional.of(meter))
                .start();
    }

    private void assertImageIsThere() {
        assertArrayEquals(image, Arrays.copyOf(bank.content(), image.length));
    }

    private static final class RunningClock implements DeviceClock {
        @Override
        public long monotonicNanos() {
            return System.nanoTime();
        }

        @Override
        public Duration sinceBoot() {
            return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public Optional<Instant> wallClock() {
            return Optional.empty();
        }
    }

    private interface Deed {
        void run() throws Exception;
    }

    private static final class Watcher implements Download.Listener {
        final CompletableFuture<String> end = new CompletableFuture<>();
        final CompletableFuture<String> interrupted = new CompletableFuture<>();
        final List<Long> resumed = new CopyOnWriteArrayList<>();
        Deed atFirstCheckpoint = () -> {};
        Deed atFirstInterruption = () -> {};
        private boolean checkpointed;

        @Override
        public void resumed(long offset) {
            resumed.add(offset);
        }

        @Override
        public void checkpoint(Checkpoint checkpoint) {
            if (!checkpointed) {
                checkpointed = true;
                does(atFirstCheckpoint);
            }
        }

        @Override
        public void progress(long done, long total) {}

        @Override
        public void interrupted(String why, Duration retryIn) {
            if (interrupted.complete(why)) {
                does(atFirstInterruption);
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

        private static void does(Deed deed) {
            try {
                deed.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

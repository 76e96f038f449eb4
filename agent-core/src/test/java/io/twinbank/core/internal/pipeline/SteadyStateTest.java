// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.PayloadSource;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FakeClock;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What an image takes of the heap must not grow with it, and its bytes must pass through memory that is there already. */
class SteadyStateTest {
    private static final long SMALL = 8 << 20;
    private static final long LARGE = 40 << 20;
    private static final long MOST_PER_MEBIBYTE = 16 << 10;

    private final Queue scheduler = new Queue();

    @Test
    void download_largeImage_allocatesNextToNothingForEachByte() throws Exception {
        allocatedByDownload(SMALL); // classes are loaded
        long small = allocatedByDownload(SMALL);
        long large = allocatedByDownload(LARGE);

        assertSteady(large - small);
    }

    @Test
    void readBack_largeImage_allocatesNextToNothingForEachByte() throws Exception {
        allocatedByReadBack(SMALL);
        long small = allocatedByReadBack(SMALL);
        long large = allocatedByReadBack(LARGE);

        assertSteady(large - small);
    }

    private static void assertSteady(long more) {
        long each = more / ((LARGE - SMALL) >> 20);
        assertTrue(each < MOST_PER_MEBIBYTE, each + " bytes of the heap for each MiB, expected less than 16 KiB");
    }

    private long allocatedByDownload(long size) throws Exception {
        Recorder recorder = new Recorder();
        Job job = new Job(URI.create("test:zeros"), size, zeros(size), zeros(1), 16 << 20, false);
        long before = allocated();
        new Download(
                        scheduler,
                        new FakeClock(),
                        List.of(new Zeros(size)),
                        new Nowhere(size),
                        job,
                        Optional.empty(),
                        recorder,
                        new SplittableRandom(1))
                .start();
        scheduler.run();
        long after = allocated();
        assertEquals("complete", recorder.last());
        return after - before;
    }

    private long allocatedByReadBack(long size) throws Exception {
        boolean[] matched = new boolean[1];
        ReadBack.Listener listener = new ReadBack.Listener() {
            @Override
            public void progress(long done, long total) {}

            @Override
            public void done(boolean matches, byte[] found) {
                matched[0] = matches;
            }

            @Override
            public void failed(HalException fault) {}
        };
        Digest expected = zeros(size);
        long before = allocated();
        new ReadBack(scheduler, new Nowhere(size), size, expected, listener).start();
        scheduler.run();
        long after = allocated();
        assertTrue(matched[0]);
        return after - before;
    }

    /** The agent's module doesn't read those of the management. */
    static long allocated() throws ReflectiveOperationException {
        Class<?> threads = Class.forName("com.sun.management.ThreadMXBean");
        Method find =
                Class.forName("java.lang.management.ManagementFactory").getMethod("getPlatformMXBean", Class.class);
        Object found = threads.getMethod("getCurrentThreadAllocatedBytes").invoke(find.invoke(null, threads));
        return (Long) found;
    }

    private static Digest zeros(long size) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] piece = new byte[1 << 20];
        for (long left = size; left > 0; left -= piece.length) {
            sha256.update(piece, 0, (int) Math.min(left, piece.length));
        }
        return Digest.sha256(sha256.digest());
    }

    /** All lanes on one thread, whose allocations can be counted. */
    private static final class Queue implements Scheduler {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

        void run() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
        }

        @Override
        public Cancellable execute(Lane lane, Runnable task) {
            tasks.add(task);
            return () -> {};
        }

        @Override
        public Cancellable after(Lane lane, Duration delay, Runnable task) {
            return () -> {};
        }

        @Override
        public void close() {}
    }

    private record Zeros(long size) implements PayloadSource {
        @Override
        public boolean serves(URI uri) {
            return true;
        }

        @Override
        public Stream open(Request request) {
            return new Stream() {
                @Override
                public int read(ByteBuffer dst) {
                    int count = dst.remaining();
                    dst.position(dst.limit());
                    return count;
                }

                @Override
                public Optional<String> validator() {
                    return Optional.empty();
                }

                @Override
                public OptionalLong sizeBytes() {
                    return OptionalLong.of(size);
                }

                @Override
                public void close() {}
            };
        }
    }

    /** Takes what is written, and reads as zeros. */
    private static final class Nowhere implements FlashBank {
        private final FlashGeometry geometry;

        Nowhere(long size) {
            geometry = new FlashGeometry(size, 4096, 64 << 10);
        }

        @Override
        public FlashGeometry geometry() {
            return geometry;
        }

        @Override
        public boolean resumable() {
            return true;
        }

        @Override
        public void begin(long length) {}

        @Override
        public void read(long offset, ByteBuffer dst) {
            dst.position(dst.limit());
        }

        @Override
        public void erase(long offset, long length) {}

        @Override
        public void write(long offset, ByteBuffer src) {
            src.position(src.limit());
        }

        @Override
        public void sync() {}

        @Override
        public void end() {}
    }
}

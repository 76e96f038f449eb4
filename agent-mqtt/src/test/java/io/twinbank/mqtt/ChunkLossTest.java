// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.PayloadSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whole payloads over networks of all kinds, in virtual time: what is asked for twice is what was lost, and little else. */
class ChunkLossTest {
    private static final int CHUNK = 100;
    private static final int WINDOW = 16;
    private static final int CHUNKS = 400;
    private static final int SEEDS = 100;
    private static final byte[] IMAGE = new byte[CHUNKS * CHUNK - 1];
    private static final PayloadResponder.Payload PAYLOAD = new PayloadResponder.Payload(IMAGE, "v1");

    static {
        new Random(2).nextBytes(IMAGE);
    }

    /**
     * A network.
     *
     * @param gap between two chunks of an answer
     * @param jitter how much later than others a chunk comes at most
     * @param shuffled whether the server answers in any order
     */
    private record Network(
            Duration roundTrip, Duration gap, Duration jitter, boolean shuffled, int lostPercent, int doubledPercent) {}

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    private record Event(long at, long number, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
        }
    }

    /** One payload over one network. */
    private static final class Run {
        private final Network network;
        private final Random random;
        private final ChunkWindow window = new ChunkWindow(CHUNK, WINDOW, Duration.ofSeconds(30));
        private final PriorityQueue<Event> events = new PriorityQueue<>();
        private final ByteBuffer read = ByteBuffer.allocate(IMAGE.length);
        private long now;
        private long number;
        private int asked;
        private int lost;

        Run(Network network, long seed) {
            this.network = network;
            this.random = new Random(seed);
        }

        Run toTheEnd() {
            window.begin(
                    "p",
                    new PayloadSource.Request(URI.create("mqtt:p"), 0, IMAGE.length, Optional.empty()),
                    random::nextLong);
            turn();
            while (read.hasRemaining()) {
                Event next = events.peek();
                long timeOut = window.untilTimeOut(now);
                if (next != null && next.at() <= now + timeOut) {
                    events.remove();
                    now = next.at();
                    next.what().run();
                } else {
                    now += timeOut;
                }
                turn();
                assertTrue(now < Duration.ofHours(1).toNanos(), window::account);
            }
            assertArrayEquals(IMAGE, read.array());
            return this;
        }

        private void turn() {
            while (read.hasRemaining() && window.read(read.position(), read) > 0) {}
            if (read.hasRemaining() && window.isRequestDue(now)) {
                List<Long> chunks = new ArrayList<>();
                for (ChunkWindow.Range range : window.nowAsked(now)) {
                    for (int i = 0; i < range.count(); i++) {
                        chunks.add(range.first() + i);
                    }
                }
                asked += chunks.size();
                answer(chunks, window.correlation());
            }
        }

        private void answer(List<Long> chunks, byte[] correlation) {
            if (network.shuffled()) {
                Collections.shuffle(chunks, random);
            }
            long at = now + network.roundTrip().toNanos();
            for (long chunk : chunks) {
                at += network.gap().toNanos();
                int copies = random.nextInt(100) < network.lostPercent()
                        ? 0
                        : random.nextInt(100) < network.doubledPercent() ? 2 : 1;
                lost += copies == 0 ? 1 : 0;
                for (int i = 0; i < copies; i++) {
                    long later = (long) (random.nextDouble() * network.jitter().toNanos());
                    events.add(new Event(at + later, number++, () -> deliver(chunk, correlation)));
                }
            }
        }

        private void deliver(long chunk, byte[] correlation) {
            try {
                window.take(
                        PayloadMessages.chunk(
                                PayloadResponder.chunk(PAYLOAD, chunk, CHUNK).payload()),
                        window.answered(Optional.of(correlation)).orElseThrow(),
                        now);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        int again() {
            return asked - CHUNKS;
        }
    }

    /** Returns how many more than were lost were asked for again, at most over all seeds. */
    private static int needlessly(String what, Network network) {
        int most = 0;
        int again = 0;
        int lost = 0;
        long millis = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(network, seed).toTheEnd();
            most = Math.max(most, run.again() - run.lost);
            again += run.again();
            lost += run.lost;
            millis += Duration.ofNanos(run.now).toMillis();
        }
        System.out.printf(
                "%s: of %d chunks %.1f were lost and %.1f asked for again, at most %d more than lost; %d ms%n",
                what, CHUNKS, (double) lost / SEEDS, (double) again / SEEDS, most, millis / SEEDS);
        return most;
    }

    @Test
    void nothingLost_inOrder_nothingIsAskedForAgain() {
        assertEquals(0, needlessly("in order", new Network(millis(100), millis(5), millis(0), false, 0, 0)));
        assertEquals(0, needlessly("slow", new Network(millis(600), millis(2000), millis(0), false, 0, 0)));
        assertEquals(0, needlessly("doubled", new Network(millis(100), millis(5), millis(0), false, 0, 30)));
    }

    @Test
    void nothingLost_reorderedAndDoubled_lessThanAWindowIsAskedForAgain() {
        assertFewer(WINDOW, "shuffled", new Network(millis(2), millis(0), millis(0), true, 0, 20));
        assertFewer(WINDOW, "jitter", new Network(millis(100), millis(5), millis(150), false, 0, 20));
        assertFewer(WINDOW, "both", new Network(millis(100), millis(5), millis(50), true, 0, 20));
    }

    @Test
    void lost_whateverElseHappens_lessThanAWindowMoreIsAskedForAgain() {
        assertFewer(WINDOW / 2, "lost", new Network(millis(100), millis(5), millis(0), false, 20, 0));
        assertFewer(WINDOW, "lost and shuffled", new Network(millis(2), millis(0), millis(0), true, 20, 20));
        assertFewer(WINDOW, "lost and jitter", new Network(millis(100), millis(5), millis(150), false, 20, 20));
        assertFewer(WINDOW, "half lost", new Network(millis(100), millis(5), millis(50), true, 50, 20));
    }

    private static void assertFewer(int limit, String what, Network network) {
        int most = needlessly(what, network);
        assertTrue(most < limit, what + ": " + most + " needlessly, expected fewer than " + limit);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells which of the chunks that were asked for are lost, much as TCP and QUIC do for packets (RFC 9002, section 6; RFC 6298): those that enough chunks
 * asked for later have overtaken, by further than was ever seen of one that came after all; and, where nothing comes any more, those that are overdue by the
 * round trips measured so far. Each answer names its request, so it is never in doubt which ask it answers. Times are of a monotonic clock, in
 * nanoseconds. Not thread-safe.
 */
final class LossDetection {
    /** A scheduler's hiccup isn't a loss. */
    private static final Duration SHORTEST = Duration.ofMillis(200);

    private static final int OVERTAKERS = 3;

    private static final class Ask {
        private final long index;
        private final int request;
        private final long order;
        private final long at;
        private int overtakers;

        Ask(long index, int request, long order, long at) {
            this.index = index;
            this.request = request;
            this.order = order;
            this.at = at;
        }
    }

    private final long longest;
    private final int remembered;
    /** In the order in which they were asked for. */
    private final List<Ask> awaited = new ArrayList<>();
    /** Taken for lost; one of these that comes was only late. */
    private final Deque<Ask> takenForLost = new ArrayDeque<>();

    private long asks;
    private long latestThatCame = -1;
    private long reach;
    private long roundTrip;
    private long deviation;
    private long quietSince;
    private long silence;
    private int timeOuts;

    /**
     * Begins with no round trip measured.
     *
     * @param longest the time-out until one is, and at most
     * @param remembered of how many lost chunks it is noticed that they come after all
     */
    LossDetection(Duration longest, int remembered) {
        this.longest = longest.toNanos();
        this.remembered = remembered;
    }

    void asked(long index, int request, long now) {
        if (awaited.isEmpty()) {
            quietSince = now;
        }
        awaited.add(new Ask(index, request, asks++, now));
    }

    /** A chunk that was awaited came. */
    void came(long index, int request, long now) {
        arrived(index, request, now);
        awaited.removeIf(ask -> ask.index == index); // asked for again, and the first answer came after all
        quietSince = now;
        silence = 0;
        timeOuts = 0;
    }

    /** A chunk came that isn't awaited any more. */
    void cameAgain(long index, int request, long now) {
        arrived(index, request, now);
    }

    private void arrived(long index, int request, long now) {
        Ask ask = remove(awaited.iterator(), index, request);
        if (ask == null) {
            ask = remove(takenForLost.iterator(), index, request);
        }
        if (ask == null) {
            return;
        }
        measure(Math.min(now - ask.at, longest));
        if (ask.order < latestThatCame) {
            reach = Math.max(reach, latestThatCame - ask.order + 1);
        }
        latestThatCame = Math.max(latestThatCame, ask.order);
        for (Ask other : awaited) {
            other.overtakers += other.order < ask.order ? 1 : 0;
        }
    }

    private static @Nullable Ask remove(Iterator<Ask> asks, long index, int request) {
        while (asks.hasNext()) {
            Ask ask = asks.next();
            if (ask.index == index && ask.request == request) {
                asks.remove();
                return ask;
            }
        }
        return null;
    }

    private void measure(long sample) {
        if (roundTrip == 0) {
            roundTrip = sample;
            deviation = sample / 2;
        } else {
            deviation += (Math.abs(roundTrip - sample) - deviation) / 4;
            roundTrip += (sample - roundTrip) / 8;
        }
    }

    /**
     * Returns the indexes of the chunks that are lost by now; they aren't awaited any more. After the first time-out these may be many, after
     * those that follow without anything coming in between one each, so that an outage costs no more than a window.
     */
    List<Long> lost(long now) {
        boolean timedOut = !awaited.isEmpty() && untilTimeOut(now) <= 0;
        List<Ask> lost = new ArrayList<>();
        for (Ask ask : awaited) {
            boolean overtaken = ask.overtakers >= OVERTAKERS && latestThatCame - ask.order >= reach;
            boolean overdue = timedOut && untilOverdue(ask, now) <= 0 && (timeOuts == 0 || lost.isEmpty());
            if (overtaken || overdue) {
                lost.add(ask);
            }
        }
        if (timedOut) {
            silence += timeOut();
            timeOuts++;
            quietSince = now;
        }
        awaited.removeAll(lost);
        takenForLost.addAll(lost);
        while (takenForLost.size() > remembered) {
            takenForLost.remove();
        }
        return lost.stream().map(ask -> ask.index).toList();
    }

    /** Returns for how many nanoseconds nothing has to be done unless something comes. */
    long untilTimeOut(long now) {
        return awaited.isEmpty() ? longest : untilOverdue(awaited.get(0), now);
    }

    private long untilOverdue(Ask ask, long now) {
        return timeOut() - (now - (ask.at - quietSince > 0 ? ask.at : quietSince));
    }

    /** Returns for how long nothing has come that was awaited, counted in time-outs. */
    Duration silence() {
        return Duration.ofNanos(silence);
    }

    private long timeOut() {
        if (roundTrip == 0) {
            return longest;
        }
        long once = Math.max(roundTrip + 4 * deviation, SHORTEST.toNanos());
        return Math.min(longest, once << Math.min(timeOuts, 16));
    }
}

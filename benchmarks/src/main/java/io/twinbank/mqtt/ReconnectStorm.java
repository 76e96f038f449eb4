// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Many devices lose their broker at the same moment and try to come back, by the shipped {@link Backoff} and by plain exponential
 * pauses, in virtual time. A broker that is back takes so many connections a second and turns the others away.
 */
public final class ReconnectStorm {
    private static final int DEVICES = 2000;
    private static final int TAKEN_PER_SECOND = 200;
    private static final Duration BASE = Duration.ofSeconds(1);
    private static final Duration CAP = Duration.ofMinutes(2);

    private ReconnectStorm() {}

    private record Attempt(long nanos, Backoff pauses) {}

    /** Prints the table. */
    public static void main(String[] arguments) {
        System.out.printf(
                Locale.ROOT, "%d devices, a broker that takes %d connections a second%n%n", DEVICES, TAKEN_PER_SECOND);
        System.out.printf(
                Locale.ROOT,
                "%-9s %-22s %14s %14s %12s%n",
                "outage",
                "pauses",
                "peak, tries/s",
                "tries, all",
                "99 % online");
        for (Duration outage : new Duration[] {Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(10)}) {
            Random random = new Random(1);
            run(outage, "full jitter (shipped)", () -> new Backoff(BASE, CAP, random::nextDouble));
            run(outage, "plain exponential", () -> new Backoff(BASE, CAP, () -> 1.0));
        }
    }

    private static void run(Duration outage, String name, Supplier<Backoff> made) {
        PriorityQueue<Attempt> attempts = new PriorityQueue<>(Comparator.comparingLong(Attempt::nanos));
        for (int i = 0; i < DEVICES; i++) {
            Backoff pauses = made.get();
            attempts.add(new Attempt(pauses.next().toNanos(), pauses));
        }
        long second = -1;
        int inThisSecond = 0;
        int peak = 0;
        int tries = 0;
        int online = 0;
        while (online < DEVICES * 99 / 100) {
            Attempt attempt = attempts.remove();
            if (attempt.nanos / 1_000_000_000 != second) {
                second = attempt.nanos / 1_000_000_000;
                inThisSecond = 0;
            }
            boolean back = attempt.nanos >= outage.toNanos();
            if (back) {
                tries++;
                peak = Math.max(peak, ++inThisSecond);
            }
            if (back && inThisSecond <= TAKEN_PER_SECOND) {
                online++;
            } else {
                attempts.add(new Attempt(attempt.nanos + attempt.pauses.next().toNanos(), attempt.pauses));
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%6d s  %-22s %14d %14d %10d s%n",
                outage.toSeconds(),
                name,
                peak,
                tries,
                second + 1 - outage.toSeconds());
    }
}

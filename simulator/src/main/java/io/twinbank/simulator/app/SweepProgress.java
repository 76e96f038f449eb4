// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.explore.Campaign;
import io.twinbank.simulator.explore.Exploration;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Shows how far a campaign is: a line that is written over on a terminal, a plain one now and then elsewhere. */
final class SweepProgress implements Campaign.Listener {
    private static final double TERMINAL_SECONDS = 0.2;
    private static final double PLAIN_SECONDS = 5;
    /** What is done so far says nothing of the rest before it is so much of it. */
    private static final double TELLING_SHARE = 0.01;

    private static final double MINUTE = 60;
    private static final double HOUR = 3600;

    private final PrintWriter out;
    private final boolean terminal;
    private final int runs;
    private final Optional<Duration> budget;
    private final LongSupplier nanos;
    private final long began;
    private double shownAt = 0;
    private int ended = 0;
    private long cuts = 0;
    private long violations = 0;
    private double share = 0;

    /**
     * Begins now.
     *
     * @param out where to
     * @param terminal whether a line can be written over
     * @param runs how many there are
     * @param budget how long they may take
     * @param nanos the time, in ns
     */
    SweepProgress(PrintWriter out, boolean terminal, int runs, Optional<Duration> budget, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.runs = runs;
        this.budget = budget;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
    }

    @Override
    public void running(long cutsSoFar, double shareDone) {
        cuts = cutsSoFar;
        share = shareDone;
        show(false);
    }

    @Override
    public void ended(Exploration exploration, int done, int all) {
        ended = done;
        violations += exploration.failureCount();
        share = Math.max(share, (double) done / all);
        show(done == all);
    }

    private void show(boolean last) {
        double seconds = (nanos.getAsLong() - began) / 1e9;
        boolean due = seconds - shownAt >= (terminal ? TERMINAL_SECONDS : PLAIN_SECONDS);
        if (due && !last) {
            shownAt = seconds;
            out.print(terminal ? String.format("\r%-78s", line(seconds)) : line(seconds) + "\n");
            out.flush();
        } else if (last && shownAt > 0 && terminal) {
            out.print(String.format("\r%-78s\r", ""));
            out.flush();
        }
    }

    private String line(double seconds) {
        return String.format(
                Locale.ROOT,
                "%d of %d runs, %,d cuts, %,.0f cuts/s, %s%s",
                ended,
                runs,
                cuts,
                cuts / seconds,
                violations == 0 ? "" : violations + " VIOLATIONS, ",
                left(seconds));
    }

    private String left(double seconds) {
        double most = budget.map(limit -> Math.max(0, limit.toMillis() / 1e3 - seconds))
                .orElse(Double.POSITIVE_INFINITY);
        double rest = share < TELLING_SHARE ? Double.POSITIVE_INFINITY : seconds * (1 - share) / share;
        if (rest <= most && rest < Double.POSITIVE_INFINITY) {
            return "about " + time(rest) + " left";
        }
        return most < Double.POSITIVE_INFINITY ? "at most " + time(most) + " left" : "time left not known yet";
    }

    private static String time(double seconds) {
        return seconds < 2 * MINUTE
                ? String.format(Locale.ROOT, "%.0f s", seconds)
                : seconds < 2 * HOUR
                        ? String.format(Locale.ROOT, "%.0f min", seconds / MINUTE)
                        : String.format(Locale.ROOT, "%.1f h", seconds / HOUR);
    }
}

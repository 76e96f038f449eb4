// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.explore.Campaign;
import io.twinbank.simulator.explore.Exploration;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows how far a campaign is: a line that is written over on a terminal, a plain one now and then elsewhere. */
final class SweepProgress implements Campaign.Listener {
    private static final double TERMINAL_SECONDS = 0.2;
    private static final double PLAIN_SECONDS = 5;

    private final PrintWriter out;
    private final boolean terminal;
    private final long began = System.nanoTime();
    private double shownAt = 0;
    private long cuts = 0;
    private long violations = 0;

    SweepProgress(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public void ended(Exploration exploration, int done, int all) {
        cuts += exploration.cuts();
        violations += exploration.failureCount();
        double seconds = (System.nanoTime() - began) / 1e9;
        boolean last = done == all;
        boolean due = seconds - shownAt >= (terminal ? TERMINAL_SECONDS : PLAIN_SECONDS);
        if (due || (last && shownAt > 0)) {
            shownAt = seconds;
            String line = line(done, all, seconds);
            out.print(terminal ? "\r" + line + (last ? "\n" : "") : line + "\n");
            out.flush();
        }
    }

    private String line(int done, int all, double seconds) {
        return String.format(
                Locale.ROOT,
                "%d of %d runs, %,d cuts, %,.0f cuts/s, %s%.0f s left  ",
                done,
                all,
                cuts,
                cuts / seconds,
                violations == 0 ? "" : violations + " VIOLATIONS, ",
                seconds / done * (all - done));
    }
}

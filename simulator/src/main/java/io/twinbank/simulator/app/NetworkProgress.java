// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.network.NetworkResult;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows how far it is: a line that is written over on a terminal, a plain one now and then elsewhere. */
final class NetworkProgress {
    private static final double TERMINAL_SECONDS = 0.2;
    private static final double PLAIN_SECONDS = 5;

    private final PrintWriter out;
    private final boolean terminal;
    private final long seeds;
    private final LongSupplier nanos;
    private final long began;
    private double shownAt;
    private int ended;
    private long faults;
    private long findings;

    NetworkProgress(PrintWriter out, boolean terminal, long seeds, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.seeds = seeds;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
    }

    /** So many faults have struck with the present seed. */
    void struck(int count) {
        double seconds = (nanos.getAsLong() - began) / 1e9;
        if (seconds - shownAt >= (terminal ? TERMINAL_SECONDS : PLAIN_SECONDS)) {
            shownAt = seconds;
            String line = String.format(
                    Locale.ROOT,
                    "%d of %d seeds, %,d faults, %,.0f faults/s%s",
                    ended,
                    seeds,
                    faults + count,
                    (faults + count) / seconds,
                    findings == 0 ? "" : ", " + findings + " FINDINGS");
            out.print(terminal ? String.format("\r%-78s", line) : line + "\n");
            out.flush();
        }
    }

    void ended(NetworkResult result) {
        ended++;
        faults += result.faults();
        findings += result.findings().size();
    }

    /** Wipes the line. */
    void close() {
        if (shownAt > 0 && terminal) {
            out.print(String.format("\r%-78s\r", ""));
            out.flush();
        }
    }
}

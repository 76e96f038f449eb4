// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far something that counts bytes has come: a bar that moves on a terminal, a line every few seconds elsewhere, and
 * nothing if it takes less than a second. Not thread-safe.
 */
public final class Progress {
    private static final long SECOND = 1_000_000_000L;
    private static final int BAR = 16;
    private final PrintWriter out;
    private final boolean terminal;
    private final String what;
    private final long total;
    private final LongSupplier nanos;
    private final long started;
    private long shown;
    private boolean drawn;

    /**
     * Starts one.
     *
     * @param out where to show it; standard error, so that standard output stays machine-readable
     * @param terminal whether a person looks at {@code out}, see {@link Terminal#isPresent()}
     * @param what what is being done, such as "hashing fw.img"
     * @param totalBytes of how many bytes
     */
    public Progress(PrintWriter out, boolean terminal, String what, long totalBytes) {
        this(out, terminal, what, totalBytes, System::nanoTime);
    }

    Progress(PrintWriter out, boolean terminal, String what, long totalBytes, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.what = what;
        this.total = totalBytes;
        this.nanos = nanos;
        this.started = nanos.getAsLong();
        this.shown = started;
    }

    /**
     * Tells how far it has come.
     *
     * @param doneBytes how many bytes are done
     */
    public void at(long doneBytes) {
        long now = nanos.getAsLong();
        long pause = terminal && drawn ? SECOND / 10 : terminal || !drawn ? SECOND : 5 * SECOND;
        if (now - shown < pause) {
            return;
        }
        shown = now;
        drawn = true;
        out.print(
                terminal ? "\r" + line(what, doneBytes, total) : line(what, doneBytes, total) + System.lineSeparator());
        out.flush();
    }

    /** Ends it; a bar is wiped, so that what comes next has the line to itself. */
    public void close() {
        if (terminal && drawn) {
            out.print("\r" + " ".repeat(line(what, total, total).length()) + "\r");
            out.flush();
        }
    }

    /**
     * Writes how far something has come.
     *
     * @param what what is being done
     * @param done how many bytes are done
     * @param total of how many
     * @return such as "hashing  [###...]  50 %  1.0 MiB of 2.0 MiB"; as long at the end as at any time before, or longer
     */
    public static String line(String what, long done, long total) {
        double share = total == 0 ? 1 : Math.min(1.0, (double) done / total);
        int filled = (int) (BAR * share);
        return String.format(
                Locale.ROOT,
                "%s  [%s%s] %3.0f %%  %9s of %s",
                what,
                "#".repeat(filled),
                ".".repeat(BAR - filled),
                100 * share,
                size(done),
                size(total));
    }

    /**
     * Writes a size for people.
     *
     * @param bytes the size in bytes
     * @return such as "8.0 MiB"
     */
    public static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < 3) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %ciB", value, "KMGT".charAt(unit));
    }
}

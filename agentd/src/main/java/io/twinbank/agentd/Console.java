// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import io.twinbank.agentd.control.Replies;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** Replies for whoever typed the command: answers on standard output, progress on standard error, as a bar where that is a terminal. */
final class Console implements Replies {
    private static final int WIDTH = 40;
    private static final int PERCENT = 100;
    private static final int PLAIN_STEP = 10;
    private static final int MIB = 1 << 20;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean terminal;
    private String bar = "";
    private String lastPlain = "";

    Console(PrintWriter out, PrintWriter err, boolean terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    /** Tells whether a person sees standard error. */
    static boolean isTerminal() {
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public synchronized void line(String text) {
        wipe();
        out.println(text);
        out.flush();
    }

    @Override
    public synchronized void progress(String what, long done, long total) {
        int percent = (int) (Math.min(done, total) * PERCENT / total);
        String size = (done + MIB / 2) / MIB + " of " + (total + MIB / 2) / MIB + " MiB";
        if (!terminal) {
            String plain = what + " " + percent / PLAIN_STEP * PLAIN_STEP + " %";
            if (!plain.equals(lastPlain)) {
                lastPlain = plain;
                err.println(what + " " + percent + " %, " + size);
                err.flush();
            }
            return;
        }
        int full = percent * WIDTH / PERCENT;
        String next = String.format(
                "%-12s [%s%s] %3d %%, %s", what, "#".repeat(full), ".".repeat(WIDTH - full), percent, size);
        if (!next.equals(bar)) {
            err.print("\r" + next);
            err.flush();
            bar = next;
        }
    }

    private void wipe() {
        if (!bar.isEmpty()) {
            err.print("\r" + " ".repeat(bar.length()) + "\r");
            err.flush();
            bar = "";
        }
    }
}

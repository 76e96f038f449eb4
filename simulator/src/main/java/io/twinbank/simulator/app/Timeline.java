// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.UpdateState;
import io.twinbank.publisher.Progress;
import java.io.PrintWriter;
import java.util.Locale;

/** Tells a person what happens as it happens: bars that move on a terminal, plain lines elsewhere. Thread-safe. */
final class Timeline {
    private static final long SECOND = 1_000_000_000L;
    private final PrintWriter out;
    private final boolean terminal;
    private long stepBegan = System.nanoTime();
    private long barShown;
    private String bar = "";

    Timeline(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Prints a line of its own. */
    synchronized void line(String text) {
        endBar();
        out.println(text);
    }

    /** Begins a step. */
    synchronized void step(int number, String name, String expected) {
        endBar();
        stepBegan = System.nanoTime();
        out.println();
        out.printf(Locale.ROOT, "%2d  %s%n        expected: %s%n", number, name, expected);
    }

    /** Tells what somebody outside the gateway does. */
    synchronized void say(String text) {
        endBar();
        out.println(stamp() + text);
    }

    /** Tells what the agent says. */
    synchronized void event(AgentEvent event) {
        if (event instanceof AgentEvent.Progress progress) {
            progress(progress);
        } else if (event instanceof AgentEvent.Started started) {
            say("gateway  agent runs from bank " + started.running() + " (row " + started.row() + ")");
        } else if (event instanceof AgentEvent.StateChanged change) {
            barShown = System.nanoTime();
            say("gateway  " + change.from() + " -> " + change.to() + " (row " + change.row() + ")");
        } else if (event instanceof AgentEvent.DownloadResumed resumed && resumed.offsetBytes() > 0) {
            say("gateway  download goes on at " + Progress.size(resumed.offsetBytes()) + " of "
                    + Progress.size(resumed.totalBytes()));
        } else if (event instanceof AgentEvent.DownloadInterrupted interrupted) {
            say("gateway  download interrupted: " + interrupted.why());
        } else if (event instanceof AgentEvent.Waiting waiting) {
            String what = waiting.what();
            say("gateway  " + (what.startsWith("waiting ") ? what : "waits for " + what));
        } else if (event instanceof AgentEvent.NotAuthentic forged) {
            say("gateway  offer isn't authentic: " + forged.rejection());
        } else if (event instanceof AgentEvent.Ended ended) {
            say("gateway  outcome: " + Outcomes.words(ended.outcome()));
        } else if (event instanceof AgentEvent.Link link) {
            say("gateway  " + (link.online() ? "online" : "offline: " + link.why()));
        } else if (event instanceof AgentEvent.Trouble trouble) {
            say("gateway  trouble: " + trouble.what());
        }
    }

    private void progress(AgentEvent.Progress progress) {
        boolean whole = progress.doneBytes() >= progress.totalBytes();
        long now = System.nanoTime();
        if (!whole && now - barShown < (terminal ? SECOND / 20 : 5 * SECOND)) {
            return;
        }
        barShown = now;
        String verb = progress.state() == UpdateState.DOWNLOADING ? "download " : "read back";
        bar = stamp() + "gateway  " + Progress.line(verb, progress.doneBytes(), progress.totalBytes());
        if (terminal) {
            out.print("\r" + bar);
            out.flush();
        } else {
            out.println(bar);
            bar = "";
        }
        if (whole) {
            endBar();
        }
    }

    private void endBar() {
        if (!bar.isEmpty()) {
            out.println();
            bar = "";
        }
    }

    private String stamp() {
        return String.format(Locale.ROOT, "%7.2f s  ", (System.nanoTime() - stepBegan) / 1e9);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.UpdateState;
import io.twinbank.simulator.report.Reached;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Notes which rows agents took, and what they told. */
final class Track {
    /** Rows that have an event of their own. */
    private static final String NOT_AUTHENTIC = "2a";

    private static final String CHUNK = "3";
    private static final String OFFLINE = "4";

    private final SortedSet<String> rows = new TreeSet<>();
    private final SortedSet<String> outcomes = new TreeSet<>();

    void events(List<AgentEvent> events) {
        for (AgentEvent event : events) {
            if (event instanceof AgentEvent.RowBegun begun) {
                rows.add(begun.row());
            } else if (event instanceof AgentEvent.NotAuthentic) {
                rows.add(NOT_AUTHENTIC);
            } else if (event instanceof AgentEvent.DownloadInterrupted) {
                rows.add(OFFLINE);
            } else if (event instanceof AgentEvent.Progress progress && progress.state() == UpdateState.DOWNLOADING) {
                rows.add(CHUNK);
            }
        }
    }

    void told(List<String> told) {
        outcomes.addAll(told);
    }

    Reached reached() {
        return new Reached(rows, outcomes);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.EventId;
import io.twinbank.core.EventText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What happens, in the log: a line each, which begins with its {@link EventId}, for any binding shows that. */
final class EventLog {
    private static final Logger LOG = LoggerFactory.getLogger("twinbank");

    private String saidToWait = "";

    void happened(AgentEvent event) {
        EventId id = EventId.of(event);
        Level level = switch (id.level()) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
        if (LOG.isEnabledForLevel(level)) {
            EventText.of(event)
                    .filter(line -> isNews(event, line))
                    .ifPresent(line -> LOG.atLevel(level).log(id.line(line)));
        }
    }

    /** What is waited for is said again and again, and the time that is left differs each time: once is enough for a log. */
    private boolean isNews(AgentEvent event, String line) {
        if (!(event instanceof AgentEvent.Waiting)) {
            return true;
        }
        String words = line.replaceAll("[0-9]", "");
        boolean same = words.equals(saidToWait);
        saidToWait = words;
        return !same;
    }
}

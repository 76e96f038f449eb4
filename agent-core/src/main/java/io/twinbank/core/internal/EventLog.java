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
    private static final Logger LOG = LoggerFactory.getLogger("io.twinbank.events");

    void happened(AgentEvent event) {
        EventId id = EventId.of(event);
        Level level = switch (id.level()) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
        if (LOG.isEnabledForLevel(level)) {
            EventText.of(event).ifPresent(line -> LOG.atLevel(level).log(id.line(line)));
        }
    }
}

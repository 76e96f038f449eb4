// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log: a line each on standard error. The journal knows the time and rotates; it is told the priority as sd-daemon(3) has it, where
 * it listens.
 */
final class AgentLog extends Formatter {
    /** Of syslog(3). */
    private static final int ERROR = 3;

    private static final int WARNING = 4;
    private static final int INFO = 6;
    private static final int DEBUG = 7;

    private final boolean journal;

    AgentLog(boolean journal) {
        this.journal = journal;
    }

    /** Sets up the process's log: of a command what is wrong, for it says the rest itself; of the libraries below not even that. */
    static void configure() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        ConsoleHandler handler = new ConsoleHandler();
        handler.setFormatter(new AgentLog(System.getenv("JOURNAL_STREAM") != null));
        root.addHandler(handler);
        root.setLevel(Level.WARNING);
        Logger.getLogger("org.eclipse.paho").setLevel(Level.SEVERE);
    }

    /** Has the log tell what the agent does: the daemon's. */
    static void tellAll() {
        Logger.getLogger("").setLevel(Level.INFO);
    }

    @Override
    public String format(LogRecord event) {
        StringBuilder line = new StringBuilder();
        line.append(journal ? "<" + priority(event.getLevel()) + ">" : String.format("%1$tFT%1$tTZ ", utc(event)));
        if (event.getLevel().intValue() >= Level.WARNING.intValue()) {
            line.append(event.getLevel().intValue() < Level.SEVERE.intValue() ? "warning: " : "error: ");
        }
        line.append(formatMessage(event)).append('\n');
        if (event.getThrown() != null) {
            StringWriter trace = new StringWriter();
            event.getThrown().printStackTrace(new PrintWriter(trace, true));
            line.append(trace);
        }
        return line.toString();
    }

    private static ZonedDateTime utc(LogRecord event) {
        return event.getInstant().atZone(ZoneOffset.UTC);
    }

    private static int priority(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return ERROR;
        } else if (level.intValue() >= Level.WARNING.intValue()) {
            return WARNING;
        }
        return level.intValue() >= Level.INFO.intValue() ? INFO : DEBUG;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** The agent's own log. */
final class AgentLog {
    private AgentLog() {}

    /** Where millions of faults strike, each is as expected: what the agent says of them isn't news. */
    static void off() {
        if (LoggerFactory.getLogger("io.twinbank") instanceof Logger logger) {
            logger.setLevel(Level.OFF);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;

/** {@code twinbank run} on a thread of this process, and what it logs. */
final class RunningDaemon implements AutoCloseable {
    private static final AgentLog FORMAT = new AgentLog(true);

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord event) {
            lines.add(FORMAT.format(event));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final Thread thread;

    RunningDaemon(GatewayOnFiles files) {
        Logger.getLogger("").addHandler(handler);
        thread = new Thread(() -> files.twinbank("run"), "twinbank-run");
        thread.start();
    }

    /** Waits for a line that contains this. */
    void awaitLine(String part) {
        Awaitility.await()
                .alias(part)
                .atMost(Duration.ofSeconds(50))
                .until(() -> lines.stream().anyMatch(line -> line.contains(part)));
    }

    String log() {
        return String.join("", lines);
    }

    @Override
    public void close() {
        thread.interrupt();
        Awaitility.await().until(() -> !thread.isAlive());
        Logger.getLogger("").removeHandler(handler);
    }
}

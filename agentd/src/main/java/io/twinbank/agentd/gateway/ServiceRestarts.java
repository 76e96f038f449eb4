// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.Program;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How often systemd has restarted services by itself since the boot. Only it knows, and what asks it may hang with it: that waits on a
 * thread of its own, one at a time, and whoever reads gets the answer to the question before.
 */
final class ServiceRestarts {
    private final List<String> command;
    private final Duration limit;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile OptionalDouble latest = OptionalDouble.empty();

    /**
     * Makes it; nothing is asked yet.
     *
     * @param command prints a number for each service, and may print empty lines
     * @param limit how long it may take; then it is killed, and there is no telling
     */
    ServiceRestarts(List<String> command, Duration limit) {
        this.command = command;
        this.limit = limit;
    }

    static ServiceRestarts ofSystemd() {
        return new ServiceRestarts(
                List.of("systemctl", "show", "--property=NRestarts", "--value", "*.service"), Duration.ofSeconds(30));
    }

    /** Returns at once what was answered last, and asks anew; empty if there was no answer. */
    OptionalDouble read() {
        if (asking.compareAndSet(false, true)) {
            Thread thread = new Thread(this::ask, "twinbank-restarts");
            thread.setDaemon(true);
            thread.start();
        }
        return latest;
    }

    private void ask() {
        try {
            Program.Result shown = Program.run(limit, command);
            latest = shown.exitCode() == 0 ? sum(shown.text()) : OptionalDouble.empty();
        } catch (HalException e) {
            latest = OptionalDouble.empty();
        } finally {
            asking.set(false);
        }
    }

    private static OptionalDouble sum(String text) {
        return OptionalDouble.of(text.lines()
                .filter(line -> line.matches("\\d{1,9}"))
                .mapToDouble(Double::parseDouble)
                .sum());
    }
}

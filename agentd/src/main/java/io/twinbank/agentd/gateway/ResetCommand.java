// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd.gateway;

import io.twinbank.core.EventId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.ResetControl;
import io.twinbank.hal.linux.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restarts the gateway by a command, which may return before it happens. The kernel's watchdog driver tells why the last boot happened. */
public final class ResetCommand implements ResetControl {
    private static final Logger LOG = LoggerFactory.getLogger(ResetCommand.class);
    private static final Path BOOT_STATUS = Path.of("/sys/class/watchdog/watchdog0/bootstatus");
    /** {@code WDIOF_POWERUNDER} and {@code WDIOF_CARDRESET} in {@code linux/watchdog.h}. */
    private static final int POWER_UNDER = 0x10;

    private static final int CARD_RESET = 0x20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<String> command;
    private volatile Runnable before = () -> {};
    private volatile CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);

    ResetCommand(List<String> command) {
        this.command = command;
    }

    /**
     * Sets who is told that the gateway is restarted now.
     *
     * @param listener called on the thread that asks for it, just before
     */
    public void beforeReset(Runnable listener) {
        before = listener;
    }

    @Override
    public Cause lastCause() {
        try {
            int bits = Integer.decode(Files.readString(BOOT_STATUS).strip());
            if ((bits & CARD_RESET) != 0) {
                return Cause.WATCHDOG;
            }
            return (bits & POWER_UNDER) != 0 ? Cause.BROWN_OUT : Cause.UNKNOWN;
        } catch (NoSuchFileException e) {
            return Cause.UNKNOWN; // no watchdog, or a driver that can't tell
        } catch (IOException | NumberFormatException e) {
            LOG.debug("why the last boot happened can't be read: {}", e.toString());
            return Cause.UNKNOWN;
        }
    }

    @Override
    public void reset() throws HalException {
        CompletableFuture<Void> end = new CompletableFuture<>();
        ended = end;
        before.run();
        try {
            Program.Result result = Program.run(LIMIT, command);
            if (result.exitCode() != 0) {
                throw new HalException(
                        HalException.Kind.IO,
                        "reset.command '" + String.join(" ", command) + "' ended with " + result.exitCode() + ": "
                                + result.error() + "; the gateway has to be restarted by hand");
            }
        } finally {
            end.complete(null);
        }
    }

    /** Waits for the end of a command that runs, as long as one may take; on any thread. */
    public void awaitEnd() {
        try {
            ended.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn(EventId.RESTART_SLOW.line("the restart takes long: {}"), e.toString());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A lock that other programs take by {@code flock(2)}. The JDK's file locks are of another kind, which these don't see; so
 * {@code flock(1)} of util-linux or BusyBox holds it, as a child that lives until this is closed. If this process dies, its end of the
 * pipe does, the child ends, and the lock is free.
 */
final class Flock implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Process holder;

    private Flock(Process holder) {
        this.holder = holder;
    }

    /**
     * Takes the lock, waiting for at most 10 s.
     *
     * @param file the lock file, made if it doesn't exist
     * @throws HalException {@code TIMEOUT} if another process has it; {@code UNSUPPORTED} without {@code flock(1)}
     */
    static Flock take(Path file) throws HalException {
        return take(file, PATIENCE);
    }

    static Flock take(Path file, Duration patience) throws HalException {
        Process holder;
        try {
            holder = new ProcessBuilder(
                            "flock",
                            "-w",
                            Long.toString(patience.toSeconds()),
                            file.toString(),
                            "sh",
                            "-c",
                            "echo; cat")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    "lock " + file + ": flock(1) can't be started, install util-linux or BusyBox: " + e.getMessage(),
                    e);
        }
        Flock lock = new Flock(holder);
        try {
            InputStream said = holder.getInputStream();
            int first = said.read();
            if (first == '\n') {
                return lock;
            }
            String rest = first < 0 ? "" : (char) first + new String(said.readAllBytes(), StandardCharsets.UTF_8);
            lock.close();
            throw rest.isBlank()
                    ? new HalException(
                            HalException.Kind.TIMEOUT,
                            "lock " + file + ": another process has held it for " + patience.toSeconds() + " s")
                    : new HalException(HalException.Kind.IO, "lock " + file + ": " + rest.strip());
        } catch (IOException e) {
            lock.close();
            throw Disk.fault("lock", file, e);
        }
    }

    /** Lets go. Returns when the child has ended, so that the next one needn't wait. */
    @Override
    public void close() {
        try {
            holder.getOutputStream().close();
        } catch (IOException e) {
            holder.destroyForcibly();
        }
        boolean interrupted = false;
        while (true) {
            try {
                holder.waitFor();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

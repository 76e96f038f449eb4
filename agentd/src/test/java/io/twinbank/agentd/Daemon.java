// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** {@code twinbank run} of the packaged jar, in a process of its own, and what it logs. */
final class Daemon {
    private static final Path JAR = Path.of("target", "twinbank.jar");

    private final Process process;
    private final Path log;
    private final Optional<Kill> kill;
    private final List<Line> lines = new ArrayList<>();
    private final Thread reader;
    private volatile boolean killed;

    /**
     * When it is to be killed.
     *
     * @param part the first line that contains this counts
     * @param delay after it
     */
    record Kill(String part, Duration delay) {}

    /** A line of its log, and when it came. */
    record Line(long nanos, String text) {}

    private Daemon(Process process, Path log, Optional<Kill> kill) {
        this.process = process;
        this.log = log;
        this.kill = kill;
        reader = new Thread(this::read, "daemon-log");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts one.
     *
     * @param config its configuration
     * @param log the file that its lines are added to
     * @param kill when it is to be killed
     */
    static Daemon start(Path config, Path log, Optional<Kill> kill) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        JAR.toAbsolutePath().toString(),
                        "run",
                        "--config",
                        config.toString())
                .redirectErrorStream(true)
                .start();
        return new Daemon(process, log, kill);
    }

    private void read() {
        boolean due = false;
        try (BufferedReader in = process.inputReader(UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!due && kill.isPresent() && line.contains(kill.get().part())) {
                    due = true;
                    killAfter(kill.get().delay());
                }
                synchronized (lines) {
                    lines.add(new Line(System.nanoTime(), line));
                }
                Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void killAfter(Duration delay) {
        Executor at = delay.isZero()
                ? Runnable::run
                : CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS);
        at.execute(() -> {
            if (process.isAlive()) {
                killed = true;
                process.toHandle().destroyForcibly();
            }
        });
    }

    /** Tells whether it was killed as it was to be. */
    boolean wasKilled() {
        return killed;
    }

    List<Line> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(20));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As the kernel's out-of-memory killer does, or a power cut. Returns when it is gone and all that it said is read. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly(); // Process's own closes the pipe before all is read
        process.waitFor();
        reader.join();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link Loop} on the daemon thread {@code twinbank-mqtt}, which exists from the first task to the end of {@link #close}. */
final class ThreadLoop implements Loop {
    private static final Logger log = LoggerFactory.getLogger(ThreadLoop.class);
    private static final long CLOSE_MILLIS = 5000;

    private final DaemonThreads threads =
            new DaemonThreads(1, "twinbank-mqtt", failure -> log.error("a task of the MQTT transport failed", failure));
    /** The thread that closes from within a task must not wait for itself. */
    private volatile @Nullable Thread running;

    @Override
    public void execute(Runnable task) {
        threads.execute(() -> run(task));
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Future<?> future = threads.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close(Runnable last) {
        try {
            threads.execute(() -> {
                run(last);
                threads.shutdown();
            });
        } catch (RejectedExecutionException e) {
            log.debug("closed before");
        }
        if (Thread.currentThread() != running) {
            threads.awaitEnd(CLOSE_MILLIS);
        }
    }

    private void run(Runnable task) {
        running = Thread.currentThread();
        task.run();
    }
}

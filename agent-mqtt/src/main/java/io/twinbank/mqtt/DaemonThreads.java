// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Daemon threads, made when they are needed, that bring to light what a future would keep to itself. */
final class DaemonThreads extends ScheduledThreadPoolExecutor {
    private static final Logger log = LoggerFactory.getLogger(DaemonThreads.class);

    private final String name;
    private final Consumer<Throwable> failed;
    private final Set<Thread> made = ConcurrentHashMap.newKeySet();

    DaemonThreads(int count, String name, Consumer<Throwable> failed) {
        super(count);
        this.name = name;
        this.failed = failed;
        setThreadFactory(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            made.removeIf(old -> !old.isAlive());
            made.add(thread);
            return thread;
        });
        setRemoveOnCancelPolicy(true);
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
        super.afterExecute(task, thrown);
        if (!(task instanceof RunnableFuture<?> future) || !future.isDone() || future.isCancelled()) {
            return;
        }
        try {
            future.get();
        } catch (ExecutionException e) {
            failed.accept(e.getCause());
            if (e.getCause() instanceof Error error) {
                throw error;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the threads are gone, not only done. */
    void awaitEnd(long millis) {
        try {
            boolean ended = awaitTermination(millis, TimeUnit.MILLISECONDS);
            for (Thread thread : made) {
                if (ended) {
                    thread.join(millis);
                }
            }
            if (!ended) {
                log.warn("{} still runs after {} ms", name, millis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

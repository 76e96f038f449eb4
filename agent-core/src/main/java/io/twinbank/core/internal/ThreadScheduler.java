// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.spi.Scheduler;
import java.time.Duration;
import java.util.List;

/**
 * One daemon thread a lane, begun when the lane is first used. What a task throws goes to its thread's uncaught exception
 * handler, and the lane goes on with a fresh thread.
 */
public final class ThreadScheduler implements Scheduler {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /**
     * What was given to the agent's lane before runs to its end, such as the flash write under way (an interrupt would close
     * its file channel) and whatever closes the streams that other lanes block on.
     */
    private static final Duration AGENT_GRACE = Duration.ofSeconds(3);
    /** So is a read of the old image on the fetch lane, which ends by itself once its stream is closed. */
    private static final Duration FETCH_GRACE = Duration.ofSeconds(1);

    private final TaskThread agent = new TaskThread("twinbank-agent", false);
    private final TaskThread fetch = new TaskThread("twinbank-fetch", false);
    private final TaskThread hash = new TaskThread("twinbank-hash", false);
    private final TaskThread selfTest = new TaskThread("twinbank-selftest", true);
    private final TaskThread guard = new TaskThread("twinbank-guard", false);

    /** Makes a scheduler that has no threads yet. */
    public ThreadScheduler() {}

    @Override
    public Cancellable execute(Lane lane, Runnable task) {
        return after(lane, Duration.ZERO, task);
    }

    @Override
    public Cancellable after(Lane lane, Duration delay, Runnable task) {
        TaskThread thread = switch (lane) {
            case AGENT -> agent;
            case FETCH -> fetch;
            case HASH -> hash;
            case SELF_TEST -> selfTest;
            case GUARD -> guard;
        };
        return thread.add(task, delay);
    }

    @Override
    public void close() {
        long begun = System.nanoTime();
        List<TaskThread> all = List.of(agent, fetch, hash, selfTest, guard);
        agent.drain();
        List.of(hash, selfTest, guard).forEach(TaskThread::shut);
        agent.join(begun + AGENT_GRACE.toNanos());
        agent.shut();
        fetch.drain();
        fetch.join(System.nanoTime() + FETCH_GRACE.toNanos());
        fetch.shut();
        all.forEach(each -> each.join(begun + PATIENCE.toNanos()));
    }
}

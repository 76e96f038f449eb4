// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.spi.Scheduler;
import java.time.Duration;

/**
 * Notices when a task throws. Nobody waits on a thread of the agent, so without this what the task was to do next would be
 * awaited for ever, in silence. What was thrown goes on to the scheduler all the same.
 *
 * <p>Not watched are the self-test's lane, behind which there is the trial's deadline, and the guard's, behind which there is
 * the watchdog.
 */
final class WatchedScheduler implements Scheduler {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** Who goes on after a task threw; both are called on the agent's lane. */
    interface Owner {
        /** The agent's lane threw: stops what is under way, touches memory only. */
        void halt();

        /** Says what was thrown, and begins anew. */
        void crashed(Throwable thrown);
    }

    private final Scheduler tasks;
    private final Owner owner;

    WatchedScheduler(Scheduler tasks, Owner owner) {
        this.tasks = tasks;
        this.owner = owner;
    }

    @Override
    public Cancellable execute(Lane lane, Runnable task) {
        return tasks.execute(lane, watched(lane, task));
    }

    @Override
    public Cancellable after(Lane lane, Duration delay, Runnable task) {
        return tasks.after(lane, delay, watched(lane, task));
    }

    @Override
    public void close() {
        tasks.close();
    }

    private Runnable watched(Lane lane, Runnable task) {
        return switch (lane) {
            case AGENT -> () -> run(task, owner::halt);
            case FETCH, HASH -> () -> run(task, () -> {});
            case SELF_TEST, GUARD -> task;
        };
    }

    private void run(Runnable task, Runnable first) {
        try {
            task.run();
        } catch (RuntimeException | Error thrown) {
            tasks.execute(Lane.AGENT, () -> tell(thrown));
            first.run();
            throw thrown;
        }
    }

    /** What kept the task from its end, such as a lack of memory, may be there still. */
    private void tell(Throwable thrown) {
        try {
            owner.crashed(thrown);
        } catch (RuntimeException | Error again) {
            tasks.after(Lane.AGENT, AGAIN, () -> tell(thrown));
            throw again;
        }
    }
}

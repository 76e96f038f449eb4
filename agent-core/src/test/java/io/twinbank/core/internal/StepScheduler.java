// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.spi.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** All lanes on the caller's thread, in virtual time: the same order every time. */
public final class StepScheduler implements Scheduler {
    private record Task(Duration due, long number, Runnable work) {}

    private final PriorityQueue<Task> queue =
            new PriorityQueue<>(Comparator.comparing(Task::due).thenComparing(Task::number));
    private Duration now = Duration.ZERO;
    private long added;

    @Override
    public Cancellable execute(Lane lane, Runnable task) {
        return after(lane, Duration.ZERO, task);
    }

    @Override
    public Cancellable after(Lane lane, Duration delay, Runnable work) {
        Task task = new Task(now.plus(delay), added++, work);
        queue.add(task);
        return () -> queue.remove(task);
    }

    @Override
    public void close() {
        queue.clear();
    }

    public Duration now() {
        return now;
    }

    /** Runs the next task; false if there is none. */
    public boolean step() {
        Task task = queue.poll();
        if (task == null) {
            return false;
        }
        now = task.due;
        task.work.run();
        return true;
    }

    /** Runs everything that becomes due by then. */
    public void runUntil(Duration time) {
        while (!queue.isEmpty() && queue.element().due.compareTo(time) <= 0) {
            step();
        }
        now = time;
    }

    public void runAll() {
        for (int steps = 0; step(); steps++) {
            if (steps > 1_000_000) {
                throw new AssertionError("never comes to rest");
            }
        }
    }
}

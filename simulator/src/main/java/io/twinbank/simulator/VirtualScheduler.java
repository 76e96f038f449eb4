// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.core.spi.Scheduler;
import io.twinbank.simulator.medium.Struck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A scheduler without threads: {@link #run} does the tasks of all lanes one after another, ordered by their time and, at the
 * same time, by when they were given; so two runs are the same. Time jumps to the next task. What a task throws ends the
 * run and is the caller's, but for what a fault {@linkplain Struck has thrown}. One per life of a board: its tasks are RAM.
 */
public final class VirtualScheduler implements Scheduler {
    /**
     * Thrown by a simulated task that never returns. The run goes on, and the task's lane does nothing until the task is
     * cancelled, as a thread that hangs until somebody gives up on it.
     */
    public static final class Hang extends Error {
        private static final long serialVersionUID = 1L;

        /** Makes a hang. */
        public Hang() {
            super("hangs for ever", null, false, false);
        }
    }

    private final class Task implements Cancellable {
        final long at;
        final long number;
        final Lane lane;
        final Runnable work;

        Task(long at, long number, Lane lane, Runnable work) {
            this.at = at;
            this.number = number;
            this.lane = lane;
            this.work = work;
        }

        @Override
        public void cancel() {
            queue.remove(this);
            behindAHang.remove(this);
            if (hanging.remove(lane, this)) {
                queue.addAll(behindAHang);
                behindAHang.clear();
            }
        }
    }

    /** More tasks than this at one moment are a loop that lets no time pass: on a real board it would go on for ever. */
    private static final int TASKS_AT_ONCE = 10_000;

    private final VirtualTime time;
    private final PriorityQueue<Task> queue =
            new PriorityQueue<>(Comparator.<Task>comparingLong(task -> task.at).thenComparingLong(task -> task.number));
    private final Map<Lane, Task> hanging = new EnumMap<>(Lane.class);
    private final List<Task> behindAHang = new ArrayList<>();
    private long given = 0;
    private boolean closed = false;

    /**
     * Makes a scheduler with nothing to do.
     *
     * @param time which it lets pass
     */
    public VirtualScheduler(VirtualTime time) {
        this.time = time;
    }

    @Override
    public Cancellable execute(Lane lane, Runnable task) {
        return after(lane, Duration.ZERO, task);
    }

    @Override
    public Cancellable after(Lane lane, Duration delay, Runnable task) {
        Task later = new Task(time.nanos() + Math.max(0, delay.toNanos()), ++given, lane, task);
        if (!closed) {
            queue.add(later);
        }
        return later;
    }

    /** Returns what is still to be done. */
    List<Runnable> waiting() {
        return queue.stream().map(task -> task.work).toList();
    }

    @Override
    public void close() {
        closed = true;
        queue.clear();
        behindAHang.clear();
    }

    /**
     * Does tasks until there is none before the horizon, or until told to stop; then it is the time of the horizon, or of the
     * last task.
     *
     * @param horizon up to which time, asked before each task
     * @param stop asked whenever nothing is left to do at the present time
     * @return whether it was told to stop
     */
    public boolean run(LongSupplier horizon, BooleanSupplier stop) {
        int atOnce = 0;
        while (true) {
            Task next = queue.peek();
            boolean due = next != null && next.at <= time.nanos();
            if (!due && stop.getAsBoolean()) {
                return true;
            }
            long end = horizon.getAsLong();
            if (next == null || next.at > end || atOnce > TASKS_AT_ONCE) {
                time.advanceTo(end);
                return false;
            }
            queue.remove();
            atOnce = next.at > time.nanos() ? 0 : atOnce + 1;
            time.advanceTo(next.at);
            if (hanging.containsKey(next.lane)) {
                behindAHang.add(next);
            } else {
                doTask(next);
            }
        }
    }

    private void doTask(Task task) {
        try {
            task.work.run();
        } catch (Hang hang) {
            hanging.put(task.lane, task);
        } catch (VirtualMachineError e) {
            if (!(e instanceof Struck)) {
                throw e;
            }
            // The thread of its lane has died, and another one does the next task.
        }
    }
}

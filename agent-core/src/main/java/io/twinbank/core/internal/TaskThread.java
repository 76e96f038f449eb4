// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.spi.Scheduler.Cancellable;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Runs the tasks of one lane on one thread, the earliest due first, and in the order given where that is equal. */
final class TaskThread {
    private static final Comparator<Task> EARLIEST = (a, b) ->
            a.dueNanos != b.dueNanos ? Long.signum(a.dueNanos - b.dueNanos) : Long.compare(a.number, b.number);

    private final String name;
    private final boolean abandons;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Task> queue = new PriorityQueue<>(EARLIEST);
    private @Nullable Thread thread;
    private @Nullable Task running;
    private long added;
    private boolean shut;

    /**
     * Makes a lane without a thread.
     *
     * @param name the thread's name
     * @param abandons whether a running task that is called off is left alone, and the next one gets a fresh thread
     */
    TaskThread(String name, boolean abandons) {
        this.name = name;
        this.abandons = abandons;
    }

    Cancellable add(Runnable work, Duration delay) {
        lock.lock();
        try {
            Task task = new Task(work, System.nanoTime() + Math.max(0, delay.toNanos()), added++);
            if (!shut) {
                queue.add(task);
                changed.signal();
                if (thread == null) {
                    thread = begin();
                }
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more tasks and drops those that aren't due yet; the thread ends when the others have run. */
    void drain() {
        lock.lock();
        try {
            shut = true;
            long now = System.nanoTime();
            queue.removeIf(task -> task.dueNanos - now > 0);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more tasks, drops those that wait, and interrupts the one that runs. */
    void shut() {
        drain();
        lock.lock();
        try {
            queue.clear();
            if (running != null) {
                interruptRunning();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the thread's end, unless this is the thread itself. Throws nothing. */
    void join(long deadlineNanos) {
        Thread last = current();
        long left = deadlineNanos - System.nanoTime();
        if (last == null || last == Thread.currentThread() || left <= 0) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.timedJoin(last, left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Thread current() {
        lock.lock();
        try {
            return thread;
        } finally {
            lock.unlock();
        }
    }

    private Thread begin() {
        Thread fresh = new Thread(this::work, name);
        fresh.setDaemon(true);
        fresh.start();
        return fresh;
    }

    private void work() {
        boolean orderly = false;
        try {
            for (Task task = next(); task != null; task = next()) {
                task.work.run();
            }
            orderly = true;
        } finally {
            if (!orderly) {
                replace();
            }
        }
    }

    private @Nullable Task next() {
        lock.lock();
        try {
            if (thread != Thread.currentThread()) {
                return null;
            }
            running = null;
            while (!shut || !queue.isEmpty()) {
                Task first = queue.peek();
                long wait = first == null ? Long.MAX_VALUE : first.dueNanos - System.nanoTime();
                if (first != null && wait <= 0) {
                    // An interrupt that came with the last task's end isn't meant for this one.
                    Thread.interrupted();
                    running = queue.poll();
                    return running;
                }
                try {
                    changed.awaitNanos(wait);
                } catch (InterruptedException e) {
                    // Meant for the task that has just ended: look again, and wait on.
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** The thread dies of what a task threw; another takes over. */
    private void replace() {
        lock.lock();
        try {
            if (thread == Thread.currentThread()) {
                running = null;
                // A system that has no thread left now may have one when the next task is given.
                thread = null;
                thread = queue.isEmpty() ? null : begin();
            }
        } finally {
            lock.unlock();
        }
    }

    private void interruptRunning() {
        Thread current = thread;
        if (current == null || current == Thread.currentThread()) {
            return;
        }
        current.interrupt();
    }

    private void cancel(Task task) {
        lock.lock();
        try {
            if (running != task) {
                queue.remove(task);
                return;
            }
            interruptRunning();
            if (abandons && thread != Thread.currentThread()) {
                running = null;
                thread = null;
                thread = queue.isEmpty() ? null : begin();
            }
        } finally {
            lock.unlock();
        }
    }

    private final class Task implements Cancellable {
        private final Runnable work;
        private final long dueNanos;
        private final long number;

        Task(Runnable work, long dueNanos, long number) {
            this.work = work;
            this.dueNanos = dueNanos;
            this.number = number;
        }

        @Override
        public void cancel() {
            TaskThread.this.cancel(this);
        }
    }
}

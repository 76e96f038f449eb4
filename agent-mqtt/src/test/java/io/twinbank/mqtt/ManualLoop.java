// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** A loop that the test turns, with its own time. */
final class ManualLoop implements Loop {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<Timer> timers = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private boolean closed;

    private record Timer(Duration at, Runnable task) {}

    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("closed");
        }
        tasks.add(task);
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        Timer timer = new Timer(now.plus(delay), task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public void close(Runnable last) {
        if (!closed) {
            tasks.add(last);
            run();
            closed = true;
        }
    }

    void run() {
        while (step()) {}
    }

    /** Runs one task; false if there is none. */
    boolean step() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    void advance(Duration step) {
        Duration end = now.plus(step);
        run();
        while (true) {
            Timer next = timers.stream().min(Comparator.comparing(Timer::at)).orElse(null);
            if (next == null || next.at().compareTo(end) > 0) {
                break;
            }
            timers.remove(next);
            now = next.at();
            next.task().run();
            run();
        }
        now = end;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadSchedulerTest {
    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        scheduler.close();
    }

    @Test
    void execute_manyTasks_runOneAfterAnotherInOrder() throws Exception {
        List<Integer> ran = new ArrayList<>();

        IntStream.range(0, 1000).forEach(i -> scheduler.execute(Lane.AGENT, () -> ran.add(i)));
        drain(Lane.AGENT);

        assertEquals(IntStream.range(0, 1000).boxed().toList(), ran);
    }

    @Test
    void execute_eachLane_hasItsNamedDaemonThread() throws Exception {
        Set<Thread> threads = Set.of(
                drain(Lane.AGENT), drain(Lane.FETCH), drain(Lane.HASH), drain(Lane.SELF_TEST), drain(Lane.GUARD));

        assertEquals(
                Set.of("twinbank-agent", "twinbank-fetch", "twinbank-hash", "twinbank-selftest", "twinbank-guard"),
                threads.stream().map(Thread::getName).collect(Collectors.toSet()));
        assertTrue(threads.stream().allMatch(Thread::isDaemon));
    }

    @Test
    void execute_oneLane_beginsNoOtherThread() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        Thread agent = drain(Lane.AGENT);

        Set<Thread> after = new HashSet<>(Thread.getAllStackTraces().keySet());
        after.removeAll(before);
        after.removeIf(thread -> !thread.getName().startsWith("twinbank-"));
        assertEquals(Set.of(agent), after);
    }

    @Test
    void after_delays_runWhenDue() throws Exception {
        List<String> ran = new ArrayList<>();
        CompletableFuture<Void> late = new CompletableFuture<>();
        long begun = System.nanoTime();

        scheduler.after(Lane.AGENT, Duration.ofDays(1), () -> ran.add("tomorrow"));
        scheduler.after(Lane.AGENT, Duration.ofMillis(20), () -> ran.add("soon"));
        scheduler.after(Lane.AGENT, Duration.ofMillis(60), () -> {
            ran.add("late");
            late.complete(null);
        });
        late.get();

        assertEquals(List.of("soon", "late"), ran);
        assertTrue(System.nanoTime() - begun >= TimeUnit.MILLISECONDS.toNanos(60));
    }

    @Test
    void cancel_waitingTask_neverRuns() throws Exception {
        List<String> ran = new ArrayList<>();
        scheduler.execute(Lane.AGENT, this::hang);
        Cancellable cancelled = scheduler.execute(Lane.AGENT, () -> ran.add("cancelled"));
        scheduler.execute(Lane.AGENT, () -> ran.add("kept"));

        cancelled.cancel();
        cancelled.cancel();
        release.countDown();
        drain(Lane.AGENT);

        assertEquals(List.of("kept"), ran);
    }

    @Test
    void cancel_runningTask_interruptsItAndNotTheNext() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Cancellable running = scheduler.execute(Lane.AGENT, () -> {
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
                Thread.currentThread().interrupt();
            }
        });
        CompletableFuture<Boolean> next = new CompletableFuture<>();
        scheduler.execute(Lane.AGENT, () -> next.complete(Thread.currentThread().isInterrupted()));

        begun.await();
        running.cancel();

        assertTrue(interrupted.get());
        assertFalse(next.get());
    }

    @Test
    void cancel_selfTestThatIgnoresInterrupts_nextGetsAFreshThread() throws Exception {
        CompletableFuture<Thread> first = new CompletableFuture<>();
        Cancellable hanging = scheduler.execute(Lane.SELF_TEST, () -> {
            first.complete(Thread.currentThread());
            hang();
        });
        Thread abandoned = first.get();

        hanging.cancel();
        Thread second = drain(Lane.SELF_TEST);
        scheduler.close();

        assertFalse(second == abandoned);
        assertEquals("twinbank-selftest", second.getName());
        assertTrue(abandoned.isAlive(), "close() mustn't wait for it");
        release.countDown();
        abandoned.join();
    }

    @Test
    void execute_taskThrowsError_handlerSeesItAndTheLaneGoesOn() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        AssertionError error = new AssertionError("a bug");

        scheduler.execute(Lane.AGENT, () -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> seen.complete(thrown));
            throw error;
        });

        assertSame(error, seen.get());
        assertEquals("twinbank-agent", drain(Lane.AGENT).getName());
    }

    @Test
    void close_afterWork_noThreadIsLeftAndLaterTasksAreIgnored() throws Exception {
        Set<Thread> threads = Set.of(
                drain(Lane.AGENT), drain(Lane.FETCH), drain(Lane.HASH), drain(Lane.SELF_TEST), drain(Lane.GUARD));
        scheduler.after(Lane.AGENT, Duration.ofDays(1), () -> {});

        scheduler.close();
        scheduler.execute(Lane.AGENT, () -> {
            throw new AssertionError("runs after close");
        });

        assertEquals(List.of(), threads.stream().filter(Thread::isAlive).toList());
    }

    @Test
    void close_tasksOfTheAgentThatAreDue_runFirst() throws Exception {
        List<String> ran = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(1);
        scheduler.execute(Lane.AGENT, () -> {
            begun.countDown();
            hang();
            ran.add(Thread.currentThread().isInterrupted() ? "interrupted" : "whole");
        });
        scheduler.after(Lane.AGENT, Duration.ofDays(1), () -> ran.add("tomorrow"));
        scheduler.execute(Lane.AGENT, () -> ran.add("stop"));
        CountDownLatch bothBegun = new CountDownLatch(1);
        scheduler.execute(Lane.HASH, () -> {
            bothBegun.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park();
            }
            release.countDown();
        });
        begun.await();
        bothBegun.await();

        scheduler.close();

        assertEquals(List.of("whole", "stop"), ran);
    }

    /** An interrupt would close the file of the bank that it reads. */
    @Test
    void close_theFetchLaneReadsABank_isntInterruptedBeforeItsStreamIsClosed() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch streamClosed = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        scheduler.execute(Lane.FETCH, () -> {
            begun.countDown();
            while (streamClosed.getCount() > 0 && !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        scheduler.execute(Lane.HASH, () -> {
            begun.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park();
            }
            closing.countDown();
        });
        scheduler.execute(Lane.AGENT, () -> {
            try {
                closing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            streamClosed.countDown();
        });
        begun.await();

        scheduler.close();

        assertFalse(interrupted.get());
    }

    @Test
    void close_runningTaskThatHeedsInterrupts_isEnded() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Thread> ended = new CompletableFuture<>();
        scheduler.execute(Lane.FETCH, () -> {
            begun.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park();
            }
            ended.complete(Thread.currentThread());
        });
        begun.await();

        scheduler.close();

        assertFalse(ended.get().isAlive());
    }

    @Test
    void close_fromTheAgentThread_doesNotWaitForItself() throws Exception {
        CompletableFuture<Duration> took = new CompletableFuture<>();

        scheduler.execute(Lane.AGENT, () -> {
            long begun = System.nanoTime();
            scheduler.close();
            took.complete(Duration.ofNanos(System.nanoTime() - begun));
        });

        assertTrue(took.get().toSeconds() < 3);
    }

    private void hang() {
        boolean interrupted = false;
        while (release.getCount() > 0) {
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Thread drain(Lane lane) throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        scheduler.execute(lane, () -> thread.complete(Thread.currentThread()));
        return thread.get();
    }
}

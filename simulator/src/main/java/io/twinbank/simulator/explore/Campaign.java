// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Many sweeps, as many at a time as there are cores: each has boards of its own, so they share nothing. What is found doesn't
 * depend on how many run at a time.
 *
 * @param <T> what is made of each exploration, on the core that ran it
 */
public final class Campaign<T> {
    private static final Duration FOR_EVER = Duration.ofDays(10_000);
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final List<Sweep> sweeps;
    private final Function<Exploration, T> digest;
    private final Duration interval;

    /** Told how far a campaign is, by one thread after another. */
    public interface Listener {
        /**
         * Sweeps are under way; told some times each second.
         *
         * @param cuts how many faults were tried so far, by those that have ended as well
         * @param share which part of the campaign is done, from 0 to 1, if each sweep takes as long as the others; of a sweep
         *     that can't know how far it is, nothing counts until it ends
         */
        void running(long cuts, double share);

        /**
         * A sweep has ended.
         *
         * @param exploration what it found
         * @param done how many have ended
         * @param all how many there are
         */
        void ended(Exploration exploration, int done, int all);
    }

    /**
     * Makes a campaign.
     *
     * @param sweeps what to run
     * @param digest makes of an exploration what is kept of it; called on several threads
     */
    public Campaign(List<Sweep> sweeps, Function<Exploration, T> digest) {
        this(sweeps, digest, INTERVAL);
    }

    Campaign(List<Sweep> sweeps, Function<Exploration, T> digest, Duration interval) {
        this.sweeps = List.copyOf(sweeps);
        this.digest = digest;
        this.interval = interval;
    }

    /**
     * Runs it.
     *
     * @param budget how long it may take; empty for no end
     * @param listener told how far it is
     * @return what was made of each that began, in the order of the sweeps
     */
    public List<T> run(Optional<Duration> budget, Listener listener) {
        int cores = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(cores, task -> {
            Thread thread = new Thread(task, "otasim-sweep");
            thread.setDaemon(true);
            return thread;
        });
        try {
            return run(pool, System.nanoTime() + budget.orElse(FOR_EVER).toNanos(), listener);
        } finally {
            pool.shutdownNow();
        }
    }

    private List<T> run(ExecutorService pool, long end, Listener listener) {
        List<Pulse> pulses = new ArrayList<>();
        int[] done = {0};
        List<Future<Optional<T>>> running = new ArrayList<>();
        for (Sweep each : sweeps) {
            running.add(pool.submit(() -> {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return Optional.empty();
                }
                Sweep sweep = each.within(Duration.ofNanos(left));
                synchronized (done) {
                    pulses.add(sweep.pulse());
                }
                Exploration exploration = sweep.explore();
                T result = digest.apply(exploration);
                sweep.pulse().done(1, 1);
                synchronized (done) {
                    done[0]++;
                    listener.ended(exploration, done[0], sweeps.size());
                }
                return Optional.of(result);
            }));
        }
        List<T> results = new ArrayList<>();
        for (Future<Optional<T>> each : running) {
            Runnable tell = () -> {
                synchronized (done) {
                    listener.running(
                            pulses.stream().mapToLong(Pulse::cuts).sum(),
                            pulses.stream().mapToDouble(Pulse::share).sum() / sweeps.size());
                }
            };
            await(each, tell).ifPresent(results::add);
        }
        return results;
    }

    private <R> R await(Future<R> future, Runnable tell) {
        while (true) {
            try {
                return future.get(interval.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                tell.run();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a sweep ended by " + e.getCause(), e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while sweeping", e);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.OtaAgent;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.medium.BoardStop;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A board in real time: boots it, runs an agent on it, and boots it again when it was reset or its power was cut. What the
 * agent says can be waited for.
 */
final class Gateway implements AutoCloseable {
    private static final Duration WATCHDOG_POLL = Duration.ofMillis(100);

    private final SimulatedBoard board;
    private final BlockingQueue<BoardStop> stops;
    private final Function<Behaviour, OtaAgent> agents;
    private final Timeline timeline;
    private final BlockingQueue<AgentEvent> heard = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "demo-gateway");
    private volatile Consumer<AgentEvent.Progress> onProgress = progress -> {};
    private volatile boolean closed;
    private volatile boolean restart;
    private volatile String running = "nothing";
    private volatile @Nullable String dead;

    /**
     * Makes a gateway.
     *
     * @param board the board, switched off
     * @param stops where the board tells that its life ended
     * @param agents makes the agent of the firmware that was booted; its events go to {@link #onEvent}
     * @param timeline told what happens
     */
    Gateway(
            SimulatedBoard board,
            BlockingQueue<BoardStop> stops,
            Function<Behaviour, OtaAgent> agents,
            Timeline timeline) {
        this.board = board;
        this.stops = stops;
        this.agents = agents;
        this.timeline = timeline;
        thread.setDaemon(true);
    }

    /** Switches the board on. What ends a life is an error that goes through all code of the agent: here it stops. */
    void start() {
        Thread.setDefaultUncaughtExceptionHandler((where, error) -> {
            if (!(error instanceof BoardStop)) {
                timeline.say("error on " + where.getName() + ": " + error);
                error.printStackTrace();
            }
        });
        thread.start();
    }

    /** Takes what an agent says. */
    void onEvent(AgentEvent event) {
        if (closed) {
            return;
        }
        timeline.event(event);
        if (event instanceof AgentEvent.Progress progress) {
            onProgress.accept(progress);
        } else {
            heard.add(event);
        }
    }

    /** Sets who is told of progress, on the agent's thread. */
    void onProgress(Consumer<AgentEvent.Progress> listener) {
        onProgress = listener;
    }

    /** Has the board booted again, soon. */
    void restart() {
        restart = true;
    }

    /** The version of the firmware that was booted last. */
    String running() {
        return running;
    }

    /** Forgets what was heard so far. */
    void forget() {
        heard.clear();
    }

    /** Waits until the agent says something; what it says before that is passed over. */
    <E extends AgentEvent> E await(Class<E> type, Predicate<E> wanted, Duration atMost)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            String why = dead;
            if (why != null) {
                throw new TimeoutException("the gateway is dead: " + why);
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException("nothing came of it within " + atMost.toSeconds() + " s");
            }
            AgentEvent event = heard.poll(Math.min(left, WATCHDOG_POLL.toNanos()), TimeUnit.NANOSECONDS);
            if (type.isInstance(event) && wanted.test(type.cast(event))) {
                return type.cast(event);
            }
        }
    }

    private void run() {
        try {
            while (!closed) {
                live();
            }
        } catch (IOException | RuntimeException e) {
            dead = e.toString();
            timeline.say("gateway  is dead: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** One life of the board, from boot to reset or power cut. */
    private void live() throws IOException, InterruptedException {
        BootResult result;
        stops.clear();
        try {
            result = board.boot();
        } catch (BoardStop stop) {
            return;
        }
        if (!(result instanceof BootResult.Booted booted)) {
            throw new IOException(result.toString());
        }
        running = booted.header().spec().version();
        timeline.say("board    boots " + running + " from bank " + booted.bank());
        try (OtaAgent agent = agents.apply(booted.header().spec().behaviour())) {
            agent.start();
            timeline.say("board    " + untilStopped().getMessage());
        }
    }

    private BoardStop untilStopped() throws InterruptedException {
        while (true) {
            @Nullable BoardStop stop = stops.poll(WATCHDOG_POLL.toMillis(), TimeUnit.MILLISECONDS);
            if (stop != null) {
                return stop;
            }
            boolean overdue = board.watchdogDeadline()
                    .filter(deadline -> board.clock().sinceBoot().compareTo(deadline) > 0)
                    .isPresent();
            if (overdue || restart) {
                restart = false;
                board.bite();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

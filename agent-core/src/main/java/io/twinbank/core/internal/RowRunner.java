// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static io.twinbank.core.UpdateState.IDLE;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.hal.HalException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries rows out on a device that may fail meanwhile: then it waits, longer each time, and goes on as its owner says. Which
 * row comes next isn't its business.
 */
final class RowRunner {
    /** Something that a device fault may interrupt. */
    interface Work {
        void run() throws HalException;
    }

    /** Who knows what a device fault means to the update under way. */
    interface Owner {
        /** Stops what is under way; touches memory only. */
        void stopActivities();

        /**
         * Stops what is under way.
         *
         * @param fault what interrupted it: the device's, or what a task threw
         * @param persistent whether faults like it don't pass
         * @return how to go on, once the device was waited for
         */
        Runnable interrupted(Throwable fault, boolean persistent);
    }

    private final StateMachine machine;
    private final Steps steps;
    private final Scheduler scheduler;
    private final Consumer<AgentEvent> events;
    private final Owner owner;
    private final FaultBackoff faults = new FaultBackoff();
    private @Nullable Cancellable timer;
    private String row = "";
    private boolean ready;
    private boolean closed;
    /** The device failed, and nothing has worked since. */
    private boolean troubled;

    RowRunner(StateMachine machine, Steps steps, Scheduler scheduler, Consumer<AgentEvent> events, Owner owner) {
        this.machine = machine;
        this.steps = steps;
        this.scheduler = scheduler;
        this.events = events;
        this.owner = owner;
    }

    /** Returns the row that was carried out last. */
    String row() {
        return row;
    }

    /** Tells whether the board was looked at, and events may lead to rows. */
    boolean ready() {
        return ready;
    }

    /** The board has to be looked at first. */
    void notReady() {
        ready = false;
    }

    /** Tells whether the device keeps on failing. */
    boolean faultsPersist() {
        return faults.persist();
    }

    /** What kept on failing isn't tried any more; what is done instead may need as much patience. */
    void givenUp() {
        faults.over();
    }

    /** Does nothing any more. */
    void close() {
        closed = true;
    }

    /** Names a row whose steps are its caller's. */
    void note(Row what) {
        row = what.id();
        events.accept(new AgentEvent.RowBegun(row));
    }

    void carryOut(Row what, Deed deed) throws HalException {
        note(what);
        ready = true;
        steps.run(what, deed);
        if (ready && machine.state() != IDLE && !what.steps().contains(Step.RESUME)) {
            // To look around or to take up again proves nothing: what failed is the next thing to be tried.
            faults.over();
        }
        recovered();
    }

    /** Does something now; after a device fault the owner goes on later. */
    void run(Work work) {
        if (closed) {
            return;
        }
        try {
            work.run();
        } catch (HalException e) {
            trouble(e);
        }
    }

    /**
     * Judges an offer; a device fault meanwhile disturbs no update that is under way.
     *
     * @param work what is done now
     * @param again what is done instead when the device may have recovered
     */
    void judge(Work work, Work again) {
        if (closed) {
            return;
        }
        try {
            work.run();
            if (ready) {
                recovered();
            }
        } catch (HalException e) {
            events.accept(new AgentEvent.Trouble("an offer can't be judged: " + e.getMessage() + "; again in "
                    + FaultBackoff.LONGEST.toSeconds() + " s"));
            waitForDevice();
            scheduler.after(Lane.AGENT, FaultBackoff.LONGEST, () -> judge(again, again));
        }
    }

    void trouble(HalException fault) {
        trouble(
                "device fault " + fault.kind() + (row.isEmpty() ? " at the start" : " at row " + row) + ": "
                        + fault.getMessage(),
                fault);
    }

    /** A task threw: nothing that is under way goes on. */
    void halt() {
        ready = false;
        owner.stopActivities();
    }

    /** A task threw what it mustn't, so that what is in memory may be half done: begins anew. */
    void crashed(Throwable thrown) {
        if (!closed) {
            trouble("the agent threw " + thrown + " at row " + row, thrown);
        }
    }

    private void trouble(String what, Throwable fault) {
        Duration wait = faults.next();
        Runnable next = owner.interrupted(fault, faults.persist());
        ready = false;
        events.accept(new AgentEvent.Trouble(what + "; again in " + wait.toSeconds() + " s"));
        waitForDevice();
        later(wait, next);
    }

    private void waitForDevice() {
        troubled = true;
        events.accept(new AgentEvent.Waiting("the device"));
    }

    private void recovered() {
        if (troubled) {
            troubled = false;
            events.accept(new AgentEvent.Recovered(row));
        }
    }

    /** Does a task later, in place of the one that was to be done later before. */
    void later(Duration delay, Runnable task) {
        cancelTimer();
        timer = scheduler.after(Lane.AGENT, delay, task);
    }

    void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}

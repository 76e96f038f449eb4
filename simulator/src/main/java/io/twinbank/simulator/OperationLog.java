// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.Operation.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one gate through which every durable change of a board goes: it counts and traces operations, lets the power fail
 * before or after one, and keeps what an oracle must know even if the agent denies it. Thread-safe.
 */
public final class OperationLog {
    /** The change that an operation makes, whole or not at all. */
    @FunctionalInterface
    interface Effect {
        void apply() throws HalException;
    }

    /** A 300 MB image is tens of thousands of operations: the trace is bounded, the count isn't. */
    private static final int TRACE_LENGTH = 20_000;

    private final LongSupplier nanos;
    private final Consumer<BoardStop> onStop;
    private final PowerCut powerCut = new PowerCut();
    private final Deque<Operation> trace = new ArrayDeque<>();
    private final List<String> findings = new ArrayList<>();
    private final Object stopLock = new Object();
    private Faults faults = Faults.none();
    private long count = 0;
    private int boot = 0;
    private volatile @Nullable BoardStop stop = powerCut;

    OperationLog(LongSupplier nanos, Consumer<BoardStop> onStop) {
        this.nanos = nanos;
        this.onStop = onStop;
    }

    /**
     * Does an operation, unless the power fails before it.
     *
     * @throws BoardStop if the board is stopped, or stops now
     */
    synchronized void perform(Part part, String name, String detail, Effect effect) throws HalException {
        checkAliveToWrite(part, name);
        Operation operation = new Operation(++count, boot, nanos.getAsLong(), part, name, detail);
        trace.addLast(operation);
        if (trace.size() > TRACE_LENGTH) {
            trace.removeFirst();
        }
        Faults.Moment moment = faults.at(operation);
        if (moment == Faults.Moment.BEFORE) {
            throw stop(powerCut);
        }
        effect.apply();
        if (moment == Faults.Moment.AFTER) {
            throw stop(powerCut);
        }
    }

    /** Every call that changes something begins here: a dead board that is asked to is a finding. */
    synchronized void checkAliveToWrite(Part part, String name) {
        BoardStop stopped = stop;
        if (stopped != null) {
            findings.add("wrote after death: " + part + "." + name + " after " + stopped.getMessage());
            throw stopped;
        }
    }

    /** Every call that only reads begins here: a dead board answers nothing. */
    void checkAlive() {
        BoardStop stopped = stop;
        if (stopped != null) {
            throw stopped;
        }
    }

    /** Ends this life, if nothing ended it before; returns what did. Doesn't wait for an operation that is under way. */
    BoardStop stop(BoardStop why) {
        synchronized (stopLock) {
            BoardStop before = stop;
            if (before != null) {
                return before;
            }
            stop = why;
        }
        onStop.accept(why);
        return why;
    }

    PowerCut powerCut() {
        return powerCut;
    }

    /** Begins a new life; returns what ended the one before. */
    synchronized BoardStop powerOn() {
        BoardStop before = stop(powerCut);
        boot++;
        stop = null;
        return before;
    }

    synchronized void faults(Faults next) {
        faults = next;
    }

    synchronized void finding(String what) {
        findings.add(what);
    }

    /**
     * Returns what ended the present life.
     *
     * @return null while the board lives
     */
    public @Nullable BoardStop stopped() {
        return stop;
    }

    /**
     * Returns how many durable operations there were.
     *
     * @return since the board was made
     */
    public synchronized long count() {
        return count;
    }

    /**
     * Returns how many times the board was switched on or reset.
     *
     * @return since the board was made
     */
    public synchronized int boots() {
        return boot;
    }

    /**
     * Returns the latest operations.
     *
     * @return at most 20,000, in order
     */
    public synchronized List<Operation> trace() {
        return List.copyOf(trace);
    }

    /**
     * Returns what no correct agent does, such as a write after death.
     *
     * @return in words, in order; empty on a good day
     */
    public synchronized List<String> findings() {
        return List.copyOf(findings);
    }
}

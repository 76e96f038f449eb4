// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Operation.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one gate through which every durable change of a board goes: it counts and traces operations, lets the power fail
 * before or after one, and keeps what an oracle must know even if the agent denies it. Thread-safe.
 */
public final class OperationLog {
    /** A 300 MB image is tens of thousands of operations: the trace is bounded, the count isn't. */
    private static final int TRACE_LENGTH = 20_000;

    private final LongSupplier nanos;
    private final Consumer<BoardStop> onStop;
    private final PowerCut powerCut = new PowerCut();
    private final Deque<Operation> trace = new ArrayDeque<>();
    private final List<String> findings = new ArrayList<>();
    private final Object stopLock = new Object();
    private Faults faults = Faults.none();
    private Survival survival = Survival.NONE;
    private String call = "";
    private long count = 0;
    private int boot = 0;
    private volatile @Nullable BoardStop stop = powerCut;

    /**
     * Makes a log of a board that is off.
     *
     * @param nanos the board's time
     * @param onStop told when a life ends, on the thread that ends it
     */
    public OperationLog(LongSupplier nanos, Consumer<BoardStop> onStop) {
        this.nanos = nanos;
        this.onStop = onStop;
    }

    /**
     * Does an operation, as the faults decide.
     *
     * @param part what is changed
     * @param name the operation, such as {@code erase}
     * @param detail its arguments, for people
     * @param change what it does
     * @throws HalException if the faults say so, or the cells themselves fail
     * @throws BoardStop if the board is stopped, or stops now
     */
    public synchronized void perform(Part part, String name, String detail, Change change) throws HalException {
        checkAliveToWrite(part, name);
        Operation operation = new Operation(++count, boot, nanos.getAsLong(), part, name, detail, call);
        trace.addLast(operation);
        if (trace.size() > TRACE_LENGTH) {
            trace.removeFirst();
        }
        Fate fate = faults.at(operation, change);
        if (fate instanceof Fate.Cut cut) {
            cutShort(cut, change);
            throw stop(powerCut);
        }
        if (fate instanceof Fate.Fails fails) {
            if (fails.applied()) {
                change.whole();
            }
            throw new HalException(fails.kind(), operation + " failed");
        }
        if (fate instanceof Fate.Throws thrown) {
            if (thrown.applied()) {
                change.whole();
            }
            throw thrown.error(operation);
        }
        if (fate instanceof Fate.Misdirected astray) {
            change.misdirected(astray.distance());
        }
        if (fate instanceof Fate.Done) {
            change.whole();
        }
    }

    private void cutShort(Fate.Cut cut, Change change) throws HalException {
        survival = cut.survival();
        if (cut.tear().equals(Tear.AFTER)) {
            change.whole();
        } else if (!cut.tear().equals(Tear.BEFORE)) {
            change.torn(cut.tear());
        }
    }

    /**
     * Begins a read of a medium.
     *
     * @param part what is read
     * @return how far from there it really reads, in bytes
     * @throws HalException if the faults say so
     * @throws BoardStop if the board is stopped
     */
    public synchronized long read(Part part) throws HalException {
        checkAlive();
        Optional<HalException.Kind> kind = faults.atRead();
        if (kind.isPresent()) {
            throw new HalException(kind.get(), "read of " + part + " failed");
        }
        return faults.readsAstray();
    }

    /** A question that somebody answers from memory, although the answer is read here. */
    @FunctionalInterface
    public interface Question<T> {
        /**
         * Answers it.
         *
         * @return the answer
         * @throws HalException if the cells themselves can't be read
         */
        T answer() throws HalException;
    }

    /**
     * Asks what no fault strikes, and no schedule counts.
     *
     * @param <T> what the answer is
     * @param question changes nothing
     * @return the answer
     * @throws HalException if the cells themselves can't be read
     */
    public synchronized <T> T ask(Question<T> question) throws HalException {
        Faults present = faults;
        faults = Faults.none();
        try {
            return question.answer();
        } finally {
            faults = present;
        }
    }

    /**
     * Names the call that the following operations belong to, such as {@code store JOURNAL}.
     *
     * @param what for people; replaces the one before
     */
    public synchronized void call(String what) {
        call = what;
    }

    /**
     * Every call that changes something begins here: a dead board that is asked to is a finding.
     *
     * @param part what would be changed
     * @param name the call
     * @throws BoardStop if the board is stopped
     */
    public synchronized void checkAliveToWrite(Part part, String name) {
        BoardStop stopped = stop;
        if (stopped != null) {
            findings.add("wrote after death: " + part + "." + name + " after " + stopped.getMessage());
            throw stopped;
        }
    }

    /**
     * Every call that only reads begins here: a dead board answers nothing.
     *
     * @throws BoardStop if the board is stopped
     */
    public void checkAlive() {
        BoardStop stopped = stop;
        if (stopped != null) {
            throw stopped;
        }
    }

    /**
     * Ends this life, if nothing ended it before. Doesn't wait for an operation that is under way.
     *
     * @param why what ends it
     * @return what ended it
     */
    public BoardStop stop(BoardStop why) {
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

    /**
     * Returns the power cut that this log throws.
     *
     * @return the same each time
     */
    public PowerCut powerCut() {
        return powerCut;
    }

    /**
     * Begins a new life.
     *
     * @return what ended the one before
     */
    public synchronized BoardStop powerOn() {
        BoardStop before = stop(powerCut);
        boot++;
        stop = null;
        call = "";
        return before;
    }

    /**
     * Returns what of the unflushed writes survives the latest power cut.
     *
     * @return none, unless a fault says otherwise
     */
    public synchronized Survival survival() {
        Survival latest = survival;
        survival = Survival.NONE;
        return latest;
    }

    /** Forgets what happened, as when the board was put back to another state: counts begin at 0 again. */
    public synchronized void forget() {
        trace.clear();
        findings.clear();
        count = 0;
        boot = 0;
        survival = Survival.NONE;
    }

    /**
     * Sets which faults happen from now on.
     *
     * @param next asked at each operation
     */
    public synchronized void faults(Faults next) {
        faults = next;
    }

    /**
     * Notes what no correct agent does.
     *
     * @param what in words
     */
    public synchronized void finding(String what) {
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

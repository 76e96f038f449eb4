// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.fault;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.fault.Fault.AtOperation;
import io.twinbank.simulator.fault.Fault.Cut;
import io.twinbank.simulator.fault.Fault.Event;
import io.twinbank.simulator.fault.Fault.Fails;
import io.twinbank.simulator.fault.Fault.Misdirected;
import io.twinbank.simulator.fault.Fault.Off;
import io.twinbank.simulator.fault.Fault.ReadAstray;
import io.twinbank.simulator.fault.Fault.ReadFails;
import io.twinbank.simulator.fault.Fault.Throws;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Plays a {@link Schedule}, counting from now. Not thread-safe. */
public final class SchedulePlayer implements Faults {
    /** What cells may silently not do; a flush that lies is a device of its own. */
    private static final Set<String> SILENT = Set.of("program", "erase", "discard");

    private final Deque<Fault> rest;
    private final int size;
    private final Consumer<Event> events;
    private final List<Fault> fired = new ArrayList<>();
    /** The faults up to the next cut. */
    private final List<Fault> present = new ArrayList<>();

    private long operations = 0;
    private long reads = 0;

    /**
     * Makes a player.
     *
     * @param schedule what to play
     * @param events told of each {@link Event}, before its operation is done
     */
    public SchedulePlayer(Schedule schedule, Consumer<Event> events) {
        this.rest = new ArrayDeque<>(schedule.faults());
        this.size = schedule.faults().size();
        this.events = events;
        next();
    }

    /** Up to the next cut all faults count from the same moment. */
    private void next() {
        present.clear();
        operations = 0;
        reads = 0;
        while (!rest.isEmpty() && !(rest.peek() instanceof Off)) {
            Fault fault = rest.remove();
            present.add(fault);
            if (fault instanceof Cut) {
                return;
            }
        }
    }

    /**
     * Takes what happens while the power is off now.
     *
     * @return in order; each is returned once
     */
    public List<Off> whileOff() {
        List<Off> now = new ArrayList<>();
        if (present.isEmpty()) {
            while (rest.peek() instanceof Off off) {
                rest.remove();
                now.add(off);
                fired.add(off);
            }
            next();
        }
        return now;
    }

    /**
     * Tells whether no fault can strike any more.
     *
     * @return whether the schedule is at its end
     */
    public boolean isOver() {
        return rest.isEmpty() && present.stream().allMatch(this::isSpent);
    }

    private boolean isSpent(Fault fault) {
        if (fault instanceof Fails fails) {
            return fails.times() != Fails.FOREVER && operations >= fails.operation() + fails.times() - 1;
        }
        if (fault instanceof Throws thrown) {
            return thrown.times() != Fails.FOREVER && operations >= thrown.operation() + thrown.times() - 1;
        }
        if (fault instanceof ReadFails fails) {
            return fails.times() != Fails.FOREVER && reads >= fails.read() + fails.times() - 1;
        }
        return fault instanceof AtOperation here && operations >= here.operation() && !(fault instanceof Cut);
    }

    /**
     * Returns how many faults the schedule has.
     *
     * @return those that struck and those that may
     */
    public int size() {
        return size;
    }

    /**
     * Returns which faults struck.
     *
     * @return in order, each once
     */
    public List<Fault> fired() {
        return List.copyOf(fired);
    }

    @Override
    public Fate at(Operation operation, Change change) {
        operations++;
        for (Fault fault : List.copyOf(present)) {
            if (fault instanceof Fault.Silent && !SILENT.contains(operation.name())) {
                continue;
            }
            if (fault instanceof Throws && operation.call().equals("boot")) {
                continue;
            }
            if (fault instanceof AtOperation here && here.operation() <= operations) {
                Fate fate = fate(here);
                if (!fate.equals(Fate.DONE)) {
                    return fate;
                }
            }
        }
        return Fate.DONE;
    }

    private Fate fate(AtOperation fault) {
        if (fault instanceof Cut cut) {
            if (cut.operation() != operations) {
                return Fate.DONE;
            }
            fired.add(cut);
            next();
            return new Fate.Cut(cut.tear(), cut.survival());
        }
        if (fault instanceof Fails fails) {
            if (operations - fails.operation() >= fails.times()) {
                return Fate.DONE;
            }
            firedOnce(fails);
            return new Fate.Fails(fails.kind(), fails.applied());
        }
        if (fault instanceof Throws thrown) {
            if (operations - thrown.operation() >= thrown.times()) {
                return Fate.DONE;
            }
            firedOnce(thrown);
            return new Fate.Throws(thrown.memory(), thrown.applied());
        }
        if (fault.operation() != operations) {
            return Fate.DONE;
        }
        firedOnce(fault);
        if (fault instanceof Event event) {
            events.accept(event);
            return Fate.DONE;
        }
        return fault instanceof Misdirected astray ? new Fate.Misdirected(astray.distance()) : new Fate.Silent();
    }

    @Override
    public Optional<HalException.Kind> atRead() {
        reads++;
        for (Fault fault : present) {
            if (fault instanceof ReadFails here && here.read() <= reads && reads - here.read() < here.times()) {
                firedOnce(here);
                return Optional.of(here.kind());
            }
        }
        return Optional.empty();
    }

    @Override
    public long readsAstray() {
        for (Fault fault : present) {
            if (fault instanceof ReadAstray here && here.read() == reads) {
                firedOnce(here);
                return here.distance();
            }
        }
        return 0;
    }

    private void firedOnce(Fault fault) {
        if (!fired.contains(fault)) {
            fired.add(fault);
        }
    }
}

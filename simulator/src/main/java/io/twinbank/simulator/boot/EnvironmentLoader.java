// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.BootVariables;
import io.twinbank.simulator.boot.UBootEnvironment.Copy;
import io.twinbank.simulator.boot.UBootEnvironment.Redundancy;
import io.twinbank.simulator.boot.UBootEnvironment.TieBreak;
import io.twinbank.simulator.boot.VariableArea.Reader;
import io.twinbank.simulator.files.BootFiles;
import io.twinbank.simulator.files.Flaw;
import io.twinbank.simulator.medium.StateHash;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A loader whose variables are in U-Boot's environment; what they mean is its script's business. It reads and writes the copies in its
 * own way ({@link UBootEnvironment}), the agent by the shipped {@link io.twinbank.hal.linux.UBootEnvironment}.
 */
public abstract class EnvironmentLoader extends HandshakeLoader {
    /** None of the agent's. */
    private static final String OF_ANOTHER = "fw_setenv";

    private final VariableArea area;
    private final UBootEnvironment environment;
    private final Set<Flaw> flaws;
    private final Lock lock = new Lock();
    private boolean setByAnother = false;

    /** Who reads the environment. */
    public enum Side {
        /** U-Boot itself. */
        LOADER,
        /** {@code fw_printenv} and {@code fw_setenv}, where the copies are told by a mark. */
        AGENT
    }

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     * @param redundancy how the active copy is told
     * @param flaws seeded bugs in what the agent uses; none in earnest
     */
    protected EnvironmentLoader(BootHost host, Abilities abilities, Redundancy redundancy, Set<Flaw> flaws) {
        super(host, abilities);
        this.flaws = flaws;
        area = new VariableArea(host.variables());
        environment = new UBootEnvironment(area, redundancy);
    }

    /**
     * Makes the agent's way to the environment.
     *
     * @return the shipped one, where the copies are told by their serial numbers
     * @throws HalException if it can't be made
     */
    protected BootVariables linux() throws HalException {
        return environment.isSerial() ? shipped(false) : new ByMark();
    }

    private BootVariables shipped(boolean observed) throws HalException {
        return io.twinbank.hal.linux.UBootEnvironment.open(
                BootFiles.uboot(host.variables(), environment.copyBytes(), flaws, observed),
                observed ? () -> () -> {} : lock());
    }

    /**
     * Returns the lock that keeps processes apart.
     *
     * @return libubootenv's, in effect
     */
    protected io.twinbank.hal.linux.UBootEnvironment.Lock lock() {
        return lock;
    }

    /** Whoever waits for it comes in as soon as it is free; a board that is dead runs nobody. */
    private final class Lock implements io.twinbank.hal.linux.UBootEnvironment.Lock {
        private boolean taken = false;
        private boolean wanted = false;

        @Override
        public Runnable take() {
            taken = true;
            wanted = false;
            return () -> {
                taken = false;
                if (wanted && host.log().stopped() == null) {
                    setNow();
                }
            };
        }
    }

    @Override
    public final boolean sharesVariables() {
        return environment.isSerial();
    }

    @Override
    public final void setByAnother() {
        if (isSelecting() || !sharesVariables()) {
            return; // no program runs yet
        }
        if (lock.taken) {
            lock.wanted = true;
        } else {
            setNow();
        }
    }

    private void setNow() {
        Optional<Copy> active = environment.active(area.observer(), tieBreak(Side.LOADER));
        if (active.isEmpty()) {
            return; // it fails, as the agent does
        }
        SortedMap<String, String> values = new TreeMap<>(active.get().values());
        values.put(OF_ANOTHER, "1");
        try {
            environment.poke(values, active.get());
        } catch (HalException e) {
            throw new UncheckedIOException(e);
        }
        setByAnother = true;
    }

    @Override
    public final Optional<String> overwritten() {
        boolean there = !setByAnother
                || environment
                        .active(area.observer(), tieBreak(Side.LOADER))
                        .filter(copy -> copy.values().containsKey(OF_ANOTHER))
                        .isPresent();
        return there ? Optional.empty() : Optional.of("what fw_setenv has set is gone from " + describe());
    }

    @Override
    public final Object save() {
        return setByAnother;
    }

    @Override
    public final void restore(Object saved) {
        setByAnother = (Boolean) saved;
    }

    @Override
    public final void addTo(StateHash hash) {
        hash.add(setByAnother ? 1 : 0);
    }

    /** As {@code fw_printenv} and {@code fw_setenv} on serial flash, which the shipped codec leaves to them. */
    private final class ByMark implements BootVariables {
        @Override
        public Contents read() {
            SortedMap<String, String> values = new TreeMap<>();
            active(area.board()).ifPresent(copy -> values.putAll(copy.values()));
            return new Contents(values, true, Optional.empty());
        }

        @Override
        public Contents change(Change change) throws HalException {
            Optional<Copy> active = active(area.board());
            SortedMap<String, String> values =
                    new TreeMap<>(active.map(Copy::values).orElseGet(EnvironmentLoader.this::compiled));
            change.on(values);
            if (!active.map(Copy::values).equals(Optional.of(values))) {
                environment.save(values, active);
            }
            host.variables().flush();
            return new Contents(values, true, Optional.empty());
        }

        private Optional<Copy> active(Reader reader) {
            return environment.active(reader, tieBreak(Side.AGENT));
        }
    }

    /** An environment on its way: read, changed, and then saved as a whole. A variable that isn't set reads as 0. */
    protected final class Env {
        private final Optional<Copy> active;
        private final SortedMap<String, String> values;

        private Env(Optional<Copy> active) {
            this.active = active;
            this.values = new TreeMap<>(active.map(Copy::values).orElseGet(EnvironmentLoader.this::compiled));
        }

        /**
         * Reads a variable.
         *
         * @param name of the variable
         * @return its text
         */
        public String text(String name) {
            return values.getOrDefault(name, "0");
        }

        /**
         * Reads a number.
         *
         * @param name of the variable
         * @return its value
         */
        public int number(String name) {
            return Integer.parseInt(text(name));
        }

        /**
         * Tells whether a variable is 1.
         *
         * @param name of the variable
         * @return whether it is
         */
        public boolean is(String name) {
            return text(name).equals("1");
        }

        /**
         * Sets a variable.
         *
         * @param name of the variable
         * @param value its text
         * @return this
         */
        public Env set(String name, String value) {
            if (value.equals("0")) {
                values.remove(name);
            } else {
                values.put(name, value);
            }
            return this;
        }

        /**
         * Sets a number.
         *
         * @param name of the variable
         * @param value its value
         * @return this
         */
        public Env set(String name, int value) {
            return set(name, Integer.toString(value));
        }

        /**
         * Writes it, if anything changed.
         *
         * @throws HalException if it can't be written
         */
        public void save() throws HalException {
            if (!active.map(Copy::values).equals(Optional.of(values))) {
                environment.save(values, active);
            }
        }

        private String copy() {
            return active.map(copy -> "copy " + copy.index()).orElse("no copy");
        }

        @Override
        public String toString() {
            return copy() + active.map(copy -> " #" + copy.flags()).orElse("") + " " + values;
        }
    }

    /**
     * Returns the environment that was compiled in, in force when both copies are lost.
     *
     * @return its variables
     */
    protected abstract SortedMap<String, String> compiled();

    /**
     * Returns the variables of a board without a trial.
     *
     * @param bank the permanent bank
     * @return what the factory writes
     */
    protected abstract SortedMap<String, String> factory(BankId bank);

    /**
     * Returns the bank that runs unless a trial is on.
     *
     * @param env the environment
     * @return empty while a trial is on, or where the environment alone doesn't tell
     */
    protected abstract Optional<BankId> permanent(Env env);

    /**
     * Says which of two good copies one side takes. A correct board has one rule for both.
     *
     * @param side who reads
     * @return {@link UBootEnvironment#later}
     */
    protected TieBreak tieBreak(Side side) {
        return UBootEnvironment::later;
    }

    /**
     * Returns the bank that is tried first without an environment.
     *
     * @return bank A
     */
    protected BankId defaultBank() {
        return BankId.A;
    }

    /**
     * Reads the environment, as the loader does.
     *
     * @return the active copy, or what was compiled in
     */
    protected final Env read() {
        return read(area.board());
    }

    private Env read(Reader reader) {
        return new Env(environment.active(reader, tieBreak(Side.LOADER)));
    }

    @Override
    public final Optional<BankId> permanent() {
        return permanent(read(area.observer()));
    }

    @Override
    public final void provision(BankId permanent) throws HalException {
        environment.provision(factory(permanent));
    }

    @Override
    public final void loseVariables() throws HalException {
        setByAnother = false;
        area.spoil();
    }

    @Override
    public final Optional<String> disagreement() {
        Optional<SortedMap<String, String>> loader =
                environment.active(area.observer(), tieBreak(Side.LOADER)).map(Copy::values);
        Optional<SortedMap<String, String>> agent = seenByTheAgent();
        return loader.equals(agent)
                ? Optional.empty()
                : Optional.of("the loader reads " + loader + " in the environment, the agent " + agent);
    }

    private Optional<SortedMap<String, String>> seenByTheAgent() {
        if (!environment.isSerial()) {
            return environment.active(area.observer(), tieBreak(Side.AGENT)).map(Copy::values);
        }
        try {
            return Optional.of(new TreeMap<>(shipped(true).read().variables()));
        } catch (HalException e) {
            return Optional.empty(); // no copy is good
        }
    }

    @Override
    public final String describe() {
        return read(area.observer()).toString();
    }
}

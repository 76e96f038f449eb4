// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.UBootEnvironment.Copy;
import io.twinbank.simulator.boot.UBootEnvironment.Redundancy;
import io.twinbank.simulator.boot.UBootEnvironment.TieBreak;
import io.twinbank.simulator.boot.VariableArea.Reader;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A loader whose variables are in U-Boot's environment; what they mean is its script's business. */
public abstract class EnvironmentLoader extends LoaderModel {
    private final VariableArea area;
    private final UBootEnvironment environment;

    /** Who reads the environment. */
    public enum Side {
        /** U-Boot itself. */
        LOADER,
        /** The agent, through {@code fw_printenv} and {@code fw_setenv}. */
        AGENT
    }

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     * @param redundancy how the active copy is told
     */
    protected EnvironmentLoader(BootHost host, Abilities abilities, Redundancy redundancy) {
        super(host, abilities);
        area = new VariableArea(host.variables());
        environment = new UBootEnvironment(area, redundancy);
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
     * Reads the environment.
     *
     * @param side who reads
     * @return the active copy, or what was compiled in
     */
    protected final Env read(Side side) {
        return read(side, area.board());
    }

    private Env read(Side side, Reader reader) {
        return new Env(environment.active(reader, tieBreak(side)));
    }

    @Override
    public final Optional<BankId> permanent() {
        return permanent(read(Side.LOADER, area.observer()));
    }

    @Override
    public final void provision(BankId permanent) throws HalException {
        environment.provision(factory(permanent));
    }

    @Override
    public final void loseVariables() throws HalException {
        area.spoil();
    }

    @Override
    public final Optional<String> disagreement() {
        String loader = read(Side.LOADER, area.observer()).copy();
        String agent = read(Side.AGENT, area.observer()).copy();
        return loader.equals(agent)
                ? Optional.empty()
                : Optional.of("the loader takes " + loader + " of the environment, the agent " + agent);
    }

    @Override
    public final String describe() {
        return read(Side.LOADER, area.observer()).toString();
    }
}

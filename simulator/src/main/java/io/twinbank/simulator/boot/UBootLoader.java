// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.UBootEnvironment.Copy;
import io.twinbank.simulator.boot.UBootEnvironment.TieBreak;
import io.twinbank.simulator.boot.VariableArea.Reader;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * U-Boot with {@code bootcount}, {@code bootlimit} and {@code altbootcmd}, and two copies of its environment.
 *
 * <p>While {@code upgrade_available=1}, {@code boot_bank} is on trial: each boot first counts {@code bootcount} up and saves it.
 * Beyond {@code bootlimit}, or if the bank doesn't load, {@code altbootcmd} selects the other bank for good, and says so in
 * {@code fell_back}; if that doesn't load either, the bank on trial is booted all the same. Without an environment the compiled
 * one holds: a trial of the default bank, then, by {@code env_default}, of the other, in turn.
 */
public class UBootLoader extends LoaderModel {
    /** The bank that runs; on trial while {@link #TRIAL} is 1. */
    protected static final String BANK = "boot_bank";
    /** Whether there is a trial. */
    protected static final String TRIAL = "upgrade_available";
    /** How many times the bank on trial was booted. */
    protected static final String COUNT = "bootcount";
    /** How many times it may be. */
    protected static final String LIMIT = "bootlimit";
    /** Whether the last trial ended by {@code altbootcmd}. */
    protected static final String FELL_BACK = "fell_back";
    /** The id of the last trial, in hexadecimal. */
    protected static final String TRIAL_ID = "trial_id";
    /** Whether these are the compiled variables. */
    protected static final String DEFAULT = "env_default";

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
     */
    public UBootLoader(BootHost host, Abilities abilities) {
        super(host, abilities);
        area = new VariableArea(host.variables());
        environment = new UBootEnvironment(area);
    }

    /** An environment on its way: what is read, changed and then saved as a whole. */
    protected final class Env {
        private final Optional<Copy> active;
        private final SortedMap<String, String> values;

        private Env(Optional<Copy> active) {
            this.active = active;
            this.values = new TreeMap<>(active.map(Copy::values).orElseGet(UBootLoader.this::compiled));
        }

        /**
         * Reads a number.
         *
         * @param name of the variable
         * @return 0 if it isn't set
         */
        public int number(String name) {
            return Integer.parseInt(values.getOrDefault(name, "0"));
        }

        /**
         * Tells whether a variable is 1.
         *
         * @param name of the variable
         * @return whether it is
         */
        public boolean is(String name) {
            return number(name) == 1;
        }

        /**
         * Returns the bank that {@link #BANK} names.
         *
         * @return the bank
         */
        public BankId bank() {
            return BankId.valueOf(values.getOrDefault(BANK, defaultBank().name()));
        }

        /**
         * Returns the id of the last trial.
         *
         * @return 0 if there was none
         */
        public long trialId() {
            return Long.parseUnsignedLong(values.getOrDefault(TRIAL_ID, "0"), 16);
        }

        /**
         * Sets a variable.
         *
         * @param name of the variable
         * @param value a zero unsets it
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

        void save() throws HalException {
            if (!active.map(Copy::values).equals(Optional.of(values))) {
                environment.save(values, active);
            }
        }
    }

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
     * Saves that {@code altbootcmd} selected the other bank.
     *
     * @param env on its way, already with that bank and without a trial
     */
    protected void tellFallback(Env env) {
        env.set(FELL_BACK, 1);
    }

    /** Only the banks on trial are counted. */
    @Override
    protected Optional<Booted> select() throws HalException {
        Env env = read(Side.LOADER, area.board());
        if (!env.is(TRIAL)) {
            Optional<Booted> permanent = load(env.bank());
            return permanent.isPresent() ? permanent : load(env.bank().other());
        }
        env.set(COUNT, env.number(COUNT) + 1);
        if (env.is(DEFAULT) && env.number(COUNT) > env.number(LIMIT)) {
            env.set(BANK, env.bank().other().name()).set(COUNT, 1);
        }
        env.save();
        Optional<Booted> trial = load(env.bank());
        return trial.isPresent() && env.number(COUNT) <= env.number(LIMIT) ? trial : altBoot(trial);
    }

    /** A cut before the environment is saved leaves a trial whose next boot comes here again. */
    private Optional<Booted> altBoot(Optional<Booted> lastResort) throws HalException {
        Env env = read(Side.LOADER, area.board());
        Optional<Booted> other = load(env.bank().other());
        if (other.isEmpty()) {
            return lastResort;
        }
        env.set(BANK, env.bank().other().name()).set(TRIAL, 0).set(COUNT, 0);
        tellFallback(env);
        env.save();
        return other;
    }

    @Override
    protected Standing standing(BankId running) {
        Env env = read(Side.AGENT, area.board());
        Trial ended = env.is(FELL_BACK) ? Trial.FELL_BACK : Trial.NONE;
        Trial begun = env.number(COUNT) == 0 ? Trial.ARMED : Trial.RUNNING;
        return env.is(TRIAL)
                ? new Standing(begun, Math.max(0, env.number(LIMIT) - env.number(COUNT)), env.trialId())
                : new Standing(ended, 0, env.trialId());
    }

    @Override
    protected void arm(BankId bank, int attempts, long trialId) throws HalException {
        read(Side.AGENT, area.board())
                .set(BANK, bank.name())
                .set(TRIAL, 1)
                .set(COUNT, 0)
                .set(LIMIT, attempts)
                .set(TRIAL_ID, Long.toHexString(trialId))
                .set(FELL_BACK, 0)
                .set(DEFAULT, 0)
                .save();
    }

    @Override
    protected void makePermanent(BankId running) throws HalException {
        end(read(Side.AGENT, area.board()), running);
    }

    @Override
    protected void endTrial(BankId running) throws HalException {
        Env env = read(Side.AGENT, area.board());
        if (env.is(TRIAL) && env.number(COUNT) > 0) {
            env.set(COUNT, env.number(LIMIT)).set(DEFAULT, 0).save();
        } else {
            end(env, env.is(TRIAL) ? running : env.bank());
        }
    }

    private static void end(UBootLoader.Env env, BankId permanent) throws HalException {
        env.set(BANK, permanent.name())
                .set(TRIAL, 0)
                .set(COUNT, 0)
                .set(FELL_BACK, 0)
                .set(DEFAULT, 0)
                .save();
    }

    private Env read(Side side, Reader reader) {
        return new Env(environment.active(reader, tieBreak(side)));
    }

    /** The environment that was compiled in. */
    private SortedMap<String, String> compiled() {
        SortedMap<String, String> values = new TreeMap<>();
        values.put(BANK, defaultBank().name());
        values.put(TRIAL, "1");
        values.put(LIMIT, Integer.toString(abilities().maxAttempts()));
        values.put(DEFAULT, "1");
        return values;
    }

    @Override
    public Optional<BankId> permanent() {
        Env env = read(Side.LOADER, area.observer());
        return env.is(TRIAL) ? Optional.empty() : Optional.of(env.bank());
    }

    @Override
    public void provision(BankId permanent) throws HalException {
        SortedMap<String, String> values = new TreeMap<>();
        values.put(BANK, permanent.name());
        environment.provision(values);
    }

    @Override
    public void loseVariables() throws HalException {
        area.spoil();
    }

    @Override
    public Optional<String> disagreement() {
        String loader = name(read(Side.LOADER, area.observer()));
        String agent = name(read(Side.AGENT, area.observer()));
        return loader.equals(agent)
                ? Optional.empty()
                : Optional.of("the loader takes " + loader + " of the environment, the agent " + agent);
    }

    private static String name(UBootLoader.Env env) {
        return env.active.map(copy -> "copy " + copy.index()).orElse("no copy");
    }

    @Override
    public String describe() {
        Env env = read(Side.LOADER, area.observer());
        return name(env) + env.active.map(copy -> " #" + copy.flags()).orElse("") + " " + env.values;
    }
}

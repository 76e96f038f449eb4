// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl.Enforcement;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.BootConvention;
import io.twinbank.hal.linux.BootableBanks;
import io.twinbank.hal.linux.VariableBootControl;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.UBootEnvironment.Redundancy;
import io.twinbank.simulator.files.Flaw;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * U-Boot with {@code bootcount}, {@code bootlimit} and {@code altbootcmd}, and two copies of its environment.
 *
 * <p>While {@code upgrade_available=1}, {@code boot_bank} is on trial: each boot first counts {@code bootcount} up and saves it.
 * Beyond {@code bootlimit}, or if the bank doesn't load, {@code altbootcmd} selects the other bank for good, and says so in
 * {@code twinbank_fellback}; if that doesn't load either, the bank on trial is booted all the same. Without an environment the compiled
 * one holds: a trial of the default bank, then, by {@code twinbank_default}, of the other, in turn.
 */
public class UBootLoader extends EnvironmentLoader {
    /** The bank that runs; on trial while {@link #TRIAL} is 1. */
    protected static final String BANK = "boot_bank";
    /** Whether there is a trial. */
    protected static final String TRIAL = "upgrade_available";
    /** How many times the bank on trial was booted. */
    protected static final String COUNT = "bootcount";
    /** How many times it may be. */
    protected static final String LIMIT = "bootlimit";
    /** Whether the last trial ended by {@code altbootcmd}. */
    protected static final String FELL_BACK = "twinbank_fellback";
    /** The bank of the last trial that isn't over for the agent, by which it tells a fallback as well. */
    protected static final String TRIAL_BANK = "twinbank_trial";
    /** Whether these are the compiled variables. */
    protected static final String DEFAULT = "twinbank_default";

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     */
    public UBootLoader(BootHost host, Abilities abilities) {
        this(host, abilities, Redundancy.SERIAL_NUMBER, Set.of());
    }

    /**
     * Makes a loader of a board whose agent has a bug.
     *
     * @param host its board
     * @param abilities what it can do
     * @param flaw the bug
     */
    public UBootLoader(BootHost host, Abilities abilities, Flaw flaw) {
        this(host, abilities, Redundancy.SERIAL_NUMBER, Set.of(flaw));
    }

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     * @param redundancy how the active copy of the environment is told
     */
    public UBootLoader(BootHost host, Abilities abilities, Redundancy redundancy) {
        this(host, abilities, redundancy, Set.of());
    }

    private UBootLoader(BootHost host, Abilities abilities, Redundancy redundancy, Set<Flaw> flaws) {
        super(host, abilities, redundancy, flaws);
    }

    /**
     * Saves that {@code altbootcmd} selected the other bank.
     *
     * @param env on its way, already with that bank and without a trial
     */
    protected void tellFallback(Env env) {
        env.set(FELL_BACK, 1);
    }

    /** Only the boots of a trial are counted. */
    @Override
    protected Optional<Booted> select() throws HalException {
        Env env = read();
        if (!env.is(TRIAL)) {
            Optional<Booted> permanent = load(bank(env));
            return permanent.isPresent() ? permanent : load(bank(env).other());
        }
        env.set(COUNT, env.number(COUNT) + 1);
        if (env.is(DEFAULT) && env.number(COUNT) > env.number(LIMIT)) {
            env.set(BANK, bank(env).other().name()).set(COUNT, 1);
        }
        env.save();
        Optional<Booted> trial = load(bank(env));
        return trial.isPresent() && env.number(COUNT) <= env.number(LIMIT) ? trial : altBoot(trial);
    }

    /** A cut before the environment is saved leaves a trial whose next boot comes here again. */
    private Optional<Booted> altBoot(Optional<Booted> lastResort) throws HalException {
        Env env = read();
        Optional<Booted> other = load(bank(env).other());
        if (other.isEmpty()) {
            return lastResort;
        }
        env.set(BANK, bank(env).other().name()).set(TRIAL, 0).set(COUNT, 0);
        tellFallback(env);
        env.save();
        return other;
    }

    @Override
    protected VariableBootControl handshake(BootableBanks banks, Enforcement enforcement) throws HalException {
        return VariableBootControl.of(
                linux(),
                BootConvention.bootcount(BANK, Map.of(BankId.A, BankId.A.name(), BankId.B, BankId.B.name())),
                banks,
                enforcement);
    }

    private static BankId bank(Env env) {
        return BankId.valueOf(env.text(BANK));
    }

    @Override
    protected Optional<BankId> permanent(Env env) {
        return env.is(TRIAL) ? Optional.empty() : Optional.of(bank(env));
    }

    @Override
    protected SortedMap<String, String> factory(BankId bank) {
        return new TreeMap<>(Map.of(BANK, bank.name()));
    }

    @Override
    protected SortedMap<String, String> compiled() {
        String limit = Integer.toString(abilities().maxAttempts());
        return new TreeMap<>(Map.of(BANK, defaultBank().name(), TRIAL, "1", LIMIT, limit, DEFAULT, "1"));
    }
}

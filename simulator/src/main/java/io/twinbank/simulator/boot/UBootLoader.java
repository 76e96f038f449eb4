// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.UBootEnvironment.Redundancy;
import java.util.Map;
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
    protected static final String FELL_BACK = "fell_back";
    /** The id of the last trial, in hexadecimal. */
    protected static final String TRIAL_ID = "trial_id";
    /** Whether these are the compiled variables. */
    protected static final String DEFAULT = "env_default";

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     */
    public UBootLoader(BootHost host, Abilities abilities) {
        this(host, abilities, Redundancy.SERIAL_NUMBER);
    }

    /**
     * Makes a loader.
     *
     * @param host its board
     * @param abilities what it can do
     * @param redundancy how the active copy of the environment is told
     */
    public UBootLoader(BootHost host, Abilities abilities, Redundancy redundancy) {
        super(host, abilities, redundancy);
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
        Env env = read(Side.LOADER);
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
        Env env = read(Side.LOADER);
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
    protected Standing standing(BankId running) {
        Env env = read(Side.AGENT);
        long trialId = Long.parseUnsignedLong(env.text(TRIAL_ID), 16);
        if (!env.is(TRIAL)) {
            return new Standing(env.is(FELL_BACK) ? Trial.FELL_BACK : Trial.NONE, 0, trialId);
        }
        int booted = env.number(COUNT);
        return new Standing(
                booted == 0 ? Trial.ARMED : Trial.RUNNING, Math.max(0, env.number(LIMIT) - booted), trialId);
    }

    @Override
    protected void arm(BankId bank, int attempts, long trialId) throws HalException {
        read(Side.AGENT)
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
        end(read(Side.AGENT), running);
    }

    @Override
    protected void endTrial(BankId running) throws HalException {
        Env env = read(Side.AGENT);
        if (env.is(TRIAL) && env.number(COUNT) > 0) {
            env.set(COUNT, env.number(LIMIT)).set(DEFAULT, 0).save();
        } else {
            end(env, env.is(TRIAL) ? running : bank(env));
        }
    }

    private void end(Env env, BankId permanent) throws HalException {
        env.set(BANK, permanent.name())
                .set(TRIAL, 0)
                .set(COUNT, 0)
                .set(FELL_BACK, 0)
                .set(DEFAULT, 0)
                .save();
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

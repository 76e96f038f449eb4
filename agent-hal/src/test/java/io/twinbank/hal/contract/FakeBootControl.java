// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * An ideal boot loader: its variables and, in {@link #boot()}, its rules. A bank loads if the test said which security
 * version is in it ({@link #load}), nobody invalidated it, and the version isn't below the floor.
 */
public final class FakeBootControl implements BootControl {
    private final int maxAttempts;
    private final LongSupplier floor;
    private final Trace trace;
    private final Map<BankId, Long> images = new EnumMap<>(BankId.class);
    private final Set<BankId> invalid = EnumSet.noneOf(BankId.class);

    private BankId running = BankId.A;
    private Enforcement enforcement = Enforcement.BOOT_LOADER;
    /** The bank that runs when there is no trial, or when it fails. */
    private BankId permanent = BankId.A;

    private BankId trialBank = BankId.B;
    private Trial trial = Trial.NONE;
    private int attemptsLeft;
    private long lastTrialId;
    private boolean variablesLost;
    private boolean deaf;

    /**
     * Makes a boot loader that runs bank A, with an image of security version 0 in it and none in bank B.
     *
     * @param maxAttempts how many boots a trial can have
     * @param floor the anti-rollback counter as the boot loader reads it
     * @param trace takes down what is done
     */
    public FakeBootControl(int maxAttempts, LongSupplier floor, Trace trace) {
        this.maxAttempts = maxAttempts;
        this.floor = floor;
        this.trace = trace;
        images.put(BankId.A, 0L);
    }

    @Override
    public synchronized BootStatus status() throws HalException {
        trace.check("status");
        BankId other = running.other();
        Optional<BankId> fallback = loads(other) && trial != Trial.FELL_BACK ? Optional.of(other) : Optional.empty();
        return new BootStatus(running, fallback, trial, attemptsLeft, lastTrialId);
    }

    @Override
    public int maxAttempts() {
        return maxAttempts;
    }

    @Override
    public synchronized OptionalLong securityVersion(BankId bank) throws HalException {
        trace.check("securityVersion " + bank);
        Long version = images.get(bank);
        return version == null ? OptionalLong.empty() : OptionalLong.of(version);
    }

    @Override
    public synchronized Enforcement enforcement() {
        return enforcement;
    }

    @Override
    public synchronized void invalidate(BankId bank) throws HalException {
        if (bank == running) {
            throw new HalException(HalException.Kind.LOCKED, "invalidate: " + bank + " is the running bank");
        }
        trace.step("invalidate " + bank);
        invalid.add(bank);
    }

    @Override
    public synchronized void armTrial(BankId bank, int attempts, long trialId) throws HalException {
        if (attempts < 1 || attempts > maxAttempts || trialId == 0 || bank == running) {
            throw new IllegalArgumentException("armTrial " + bank + " while " + running + " runs, attempts " + attempts
                    + " of " + maxAttempts + ", trialId " + trialId);
        }
        trace.step("armTrial " + bank);
        invalid.remove(bank);
        permanent = running;
        trialBank = bank;
        trial = Trial.ARMED;
        attemptsLeft = attempts;
        lastTrialId = trialId;
        variablesLost = false;
    }

    @Override
    public synchronized void confirm() throws HalException {
        trace.step("confirm");
        if (deaf) {
            return;
        }
        permanent = running;
        trial = Trial.NONE;
        attemptsLeft = 0;
        variablesLost = false;
    }

    @Override
    public synchronized void disarm() throws HalException {
        trace.step("disarm");
        if (deaf) {
            return;
        }
        trial = trial == Trial.RUNNING ? Trial.RUNNING : Trial.NONE;
        attemptsLeft = 0;
        variablesLost = false;
    }

    /**
     * Boots: selects a bank by the rules that {@link BootControl} tells.
     *
     * @return the bank that runs now; empty if none loads
     */
    public synchronized Optional<BankId> boot() {
        if (variablesLost && trial == Trial.RUNNING && attemptsLeft == 0) {
            BankId next = permanent;
            permanent = trialBank;
            trialBank = next;
            attemptsLeft = maxAttempts;
        }
        Optional<BankId> selected = select();
        selected.ifPresent(bank -> running = bank);
        return selected;
    }

    private Optional<BankId> select() {
        if (trial == Trial.ARMED || trial == Trial.RUNNING) {
            if (attemptsLeft > 0 && loads(trialBank)) {
                attemptsLeft--;
                trial = Trial.RUNNING;
                return Optional.of(trialBank);
            }
            attemptsLeft = 0;
            if (loads(permanent)) {
                trial = Trial.FELL_BACK;
                return Optional.of(permanent);
            }
            trial = Trial.RUNNING;
            return Optional.of(trialBank).filter(this::loads);
        }
        return Optional.of(permanent)
                .filter(this::loads)
                .or(() -> Optional.of(permanent.other()).filter(this::loads));
    }

    private boolean loads(BankId bank) {
        Long version = images.get(bank);
        return version != null && !invalid.contains(bank) && version >= floor.getAsLong();
    }

    /**
     * Says what a bank holds, as the boot loader finds it; an invalidated bank stays so.
     *
     * @param bank which bank
     * @param securityVersion of its image
     */
    public synchronized void load(BankId bank, long securityVersion) {
        images.put(bank, securityVersion);
    }

    /**
     * Says that a bank holds nothing that loads.
     *
     * @param bank which bank
     */
    public synchronized void spoil(BankId bank) {
        images.remove(bank);
    }

    /**
     * Sets who keeps an image below the anti-rollback floor from booting; the boot loader, at first.
     *
     * @param who that is
     */
    public synchronized void enforcement(Enforcement who) {
        enforcement = who;
    }

    /**
     * Says whether {@link #confirm} and {@link #disarm} answer that they are done and change nothing.
     *
     * @param nothingIsDone whether it is so, until told otherwise
     */
    public synchronized void deaf(boolean nothingIsDone) {
        deaf = nothingIsDone;
    }

    /** Loses the variables: at the next boots bank A is tried, then bank B, in turn. */
    public synchronized void loseVariables() {
        permanent = BankId.B;
        trialBank = BankId.A;
        trial = Trial.ARMED;
        attemptsLeft = maxAttempts;
        lastTrialId = 0;
        variablesLost = true;
    }

    /**
     * Returns the bank that runs.
     *
     * @return as in {@link #status()}, but never failing
     */
    public synchronized BankId running() {
        return running;
    }

    /**
     * Tells whether a bank was invalidated and not armed since.
     *
     * @param bank which bank
     * @return whether it is invalid
     */
    public synchronized boolean isInvalid(BankId bank) {
        return invalid.contains(bank);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.BootConvention.Standing;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The handshake with a boot loader whose script is told what to do by variables. Each change of them is one atomic write. Which bank
 * runs is measured by {@link BootableBanks#running()}, never taken from the variables alone.
 *
 * <p>{@code invalidate} spoils the bank itself; the variables needn't be written for it.
 */
public final class VariableBootControl implements BootControl {
    private final BootVariables variables;
    private final BootConvention convention;
    private final BootableBanks banks;
    private final Enforcement enforcement;

    private VariableBootControl(
            BootVariables variables, BootConvention convention, BootableBanks banks, Enforcement enforcement) {
        this.variables = variables;
        this.convention = convention;
        this.banks = banks;
        this.enforcement = enforcement;
    }

    /**
     * Makes the handshake of a board.
     *
     * @param variables the boot loader's
     * @param convention what its script means by them
     * @param banks the banks
     * @param enforcement who keeps an image below the anti-rollback floor from booting
     * @return the boot control
     */
    public static VariableBootControl of(
            BootVariables variables, BootConvention convention, BootableBanks banks, Enforcement enforcement) {
        return new VariableBootControl(variables, convention, banks, enforcement);
    }

    @Override
    public BootStatus status() throws HalException {
        BankId running = banks.running();
        Standing now = convention.standing(variables.read().variables(), running);
        Optional<BankId> fallback = switch (now.trial()) {
            case ARMED -> Optional.of(running);
            case FELL_BACK -> Optional.empty();
            case NONE, RUNNING -> banks.isBootable(running.other()) ? Optional.of(running.other()) : Optional.empty();
        };
        return new BootStatus(running, fallback, now.trial(), now.attemptsLeft(), now.lastTrialId());
    }

    @Override
    public int maxAttempts() {
        return convention.maxAttempts();
    }

    @Override
    public OptionalLong securityVersion(BankId bank) throws HalException {
        return banks.securityVersion(bank);
    }

    @Override
    public Enforcement enforcement() {
        return enforcement;
    }

    @Override
    public void invalidate(BankId bank) throws HalException {
        if (bank == banks.running()) {
            throw new HalException(HalException.Kind.LOCKED, "invalidate: bank " + bank + " is running");
        }
        banks.spoil(bank);
    }

    @Override
    public void armTrial(BankId bank, int attempts, long trialId) throws HalException {
        BankId running = banks.running();
        if (attempts < 1 || attempts > maxAttempts() || trialId == 0 || bank == running) {
            throw new IllegalArgumentException("armTrial of " + bank + " while " + running + " runs, attempts "
                    + attempts + " of at most " + maxAttempts() + ", trialId " + trialId);
        }
        if (!banks.isBootable(bank)) {
            throw new HalException(HalException.Kind.IO, "armTrial: bank " + bank + " has no image");
        }
        variables.change(all -> convention.armTrial(all, bank, attempts, trialId));
    }

    @Override
    public void confirm() throws HalException {
        BankId running = banks.running();
        variables.change(all -> convention.confirm(all, running));
    }

    @Override
    public void disarm() throws HalException {
        BankId running = banks.running();
        variables.change(all -> convention.disarm(all, running));
    }

    /**
     * Gives the running bank the attempts back that a published script has counted although there is no trial. To be called at each
     * start, so that power cycles between two starts only cost what they must. With our scripts nothing changes.
     *
     * @throws HalException {@code IO}
     */
    public void renewAttempts() throws HalException {
        BankId running = banks.running();
        if (status().trial() == BootStatus.Trial.NONE) {
            variables.change(all -> convention.renew(all, running));
        }
    }
}

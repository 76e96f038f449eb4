// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;

/**
 * What the boot loader remembers; replaced as a whole.
 *
 * @param permanent the bank that runs when there is no trial, or when it fails
 * @param trial whether there is a trial
 * @param trialBank the bank of the last trial
 * @param attempts how many more boots the trial has
 * @param lastTrialId the id of the last trial armed
 * @param lost whether these are the values that a loader falls back to when both copies of its variables are unreadable
 */
public record BootVariables(
        BankId permanent, Trial trial, BankId trialBank, int attempts, long lastTrialId, boolean lost) {
    /**
     * Returns the variables of a board without a trial.
     *
     * @param bank the permanent bank
     * @return fresh variables
     */
    public static BootVariables permanent(BankId bank) {
        return new BootVariables(bank, Trial.NONE, bank.other(), 0, 0, false);
    }

    static BootVariables lost(BankId first, int attempts) {
        return new BootVariables(first.other(), Trial.ARMED, first, attempts, 0, true);
    }

    BootVariables armed(BankId running, BankId bank, int maxAttempts, long trialId) {
        return new BootVariables(running, Trial.ARMED, bank, maxAttempts, trialId, false);
    }

    BootVariables confirmed(BankId running) {
        return new BootVariables(running, Trial.NONE, trialBank, 0, lastTrialId, false);
    }

    BootVariables disarmed() {
        return new BootVariables(
                permanent, trial == Trial.RUNNING ? Trial.RUNNING : Trial.NONE, trialBank, 0, lastTrialId, false);
    }

    BootVariables with(Trial next, int attemptsLeft) {
        return new BootVariables(permanent, next, trialBank, attemptsLeft, lastTrialId, lost);
    }

    /** Without its variables a loader tries the banks in turn. */
    BootVariables inTurn(int attemptsLeft) {
        BankId next = permanent;
        return new BootVariables(next.other(), trial, next, attemptsLeft, lastTrialId, lost);
    }

    @Override
    public String toString() {
        String text = trial == Trial.NONE ? "permanent " + permanent : trial + " " + trialBank + " else " + permanent;
        return text + ", " + attempts + " attempts, trial " + Long.toHexString(lastTrialId) + (lost ? ", lost" : "");
    }
}

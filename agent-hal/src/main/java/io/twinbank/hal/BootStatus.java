// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.util.Optional;

/**
 * The result of the last boot, as the boot loader tells it.
 *
 * @param running the bank that is running, measured: two sources must agree
 * @param fallback the bank that the boot loader would fall back to, if there is one
 * @param trial whether a trial is armed, running, or has just failed
 * @param attemptsLeft how many more boots the trial has
 * @param lastTrialId the id of the last trial armed; survives confirm, disarm and fallback; 0 if none or lost
 */
public record BootStatus(BankId running, Optional<BankId> fallback, Trial trial, int attemptsLeft, long lastTrialId) {
    /** Where a trial stands. */
    public enum Trial {
        /** No trial; the running bank is the permanent one. */
        NONE,
        /** A trial is armed and begins with the next boot. */
        ARMED,
        /** The running bank is on trial: without a confirm the boot loader falls back. */
        RUNNING,
        /** The boot loader gave up on the trial and runs the fallback. */
        FELL_BACK
    }
}

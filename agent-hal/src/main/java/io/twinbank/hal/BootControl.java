// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.util.OptionalLong;

/**
 * The handshake with the boot loader. Every call is atomic and durable on return: a power cut during it leaves the state
 * before or the state after, never a mix.
 *
 * <p>A boot loader owes four things: outside a trial it selects the permanent bank, however often that is booted; when
 * the attempts are used up and the fallback can't boot, it boots the trial bank all the same (RUNNING, 0 attempts left);
 * a bank that doesn't load makes it try the other; and with its variables lost it tries its default bank, then the
 * other, in turn, as a trial with {@code lastTrialId} 0.
 */
public interface BootControl {
    /** Who keeps an image below the anti-rollback floor from booting. */
    enum Enforcement {
        /** The boot loader verifies signature and counter at each boot. */
        BOOT_LOADER,
        /** Only the agent does, before it arms a bank. */
        AGENT_ONLY
    }

    /**
     * Returns the result of the last boot and what was called since.
     *
     * @return the status
     * @throws HalException {@code IO} if the variables can't be read
     */
    BootStatus status() throws HalException;

    /**
     * Returns how many attempts a trial can have.
     *
     * @return at least 1
     */
    int maxAttempts();

    /**
     * Returns the security version of a bank's image, as the boot loader itself will read it. A bank of several components has one:
     * where they say different ones, the lowest.
     *
     * @param bank which bank
     * @return the version; empty if the bank holds no image that the boot loader can read
     * @throws HalException {@code IO} or {@code ECC} if the bank can't be read
     */
    OptionalLong securityVersion(BankId bank) throws HalException;

    /**
     * Returns who enforces the anti-rollback floor.
     *
     * @return shown in status and doctor
     */
    Enforcement enforcement();

    /**
     * Spoils the bank itself, with all of its components, so that it is never selected, not even as a last resort or with the
     * variables lost. Refuses the running bank. Idempotent.
     *
     * @param bank which bank
     * @throws HalException {@code LOCKED} on the running bank; {@code IO}
     */
    void invalidate(BankId bank) throws HalException;

    /**
     * Arms a trial: the only call that makes a bank selectable. The running bank becomes the fallback; the boot loader
     * counts the attempts down and then falls back.
     *
     * @param bank the bank to try
     * @param attempts 1 to {@link #maxAttempts()}
     * @param trialId not 0; kept as {@link BootStatus#lastTrialId()}
     * @throws HalException {@code IO}; whether it took effect is then told by {@link #status()}
     */
    void armTrial(BankId bank, int attempts, long trialId) throws HalException;

    /**
     * Makes the running bank permanent. Idempotent.
     *
     * @throws HalException {@code IO}; whether it took effect is then told by {@link #status()}
     */
    void confirm() throws HalException;

    /**
     * Ends a trial without a confirm: ARMED becomes NONE; RUNNING stays RUNNING with 0 attempts until the reset, then the
     * fallback runs; FELL_BACK becomes NONE. Idempotent.
     *
     * @throws HalException {@code IO}
     */
    void disarm() throws HalException;
}

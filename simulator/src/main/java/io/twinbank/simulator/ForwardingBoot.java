// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import java.util.OptionalLong;

/** A handshake that hands every call on: what a subclass watches, or does otherwise, it overrides. */
public class ForwardingBoot implements BootControl {
    /** The handshake behind this one. */
    protected final BootControl boot;

    /**
     * Makes a handshake that is like another one.
     *
     * @param boot the other one
     */
    protected ForwardingBoot(BootControl boot) {
        this.boot = boot;
    }

    @Override
    public BootStatus status() throws HalException {
        return boot.status();
    }

    @Override
    public int maxAttempts() {
        return boot.maxAttempts();
    }

    @Override
    public OptionalLong securityVersion(BankId bank) throws HalException {
        return boot.securityVersion(bank);
    }

    @Override
    public Enforcement enforcement() {
        return boot.enforcement();
    }

    @Override
    public void invalidate(BankId bank) throws HalException {
        boot.invalidate(bank);
    }

    @Override
    public void armTrial(BankId bank, int attempts, long trialId) throws HalException {
        boot.armTrial(bank, attempts, trialId);
    }

    @Override
    public void confirm() throws HalException {
        boot.confirm();
    }

    @Override
    public void disarm() throws HalException {
        boot.disarm();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.OperationLog;
import java.util.OptionalLong;

/** Names the calls of the handshake in the log, so that a report can say which one an operation belongs to. */
final class NamedCalls implements BootControl {
    private final BootControl control;
    private final OperationLog log;

    NamedCalls(BootControl control, OperationLog log) {
        this.control = control;
        this.log = log;
    }

    @Override
    public BootStatus status() throws HalException {
        return control.status();
    }

    @Override
    public int maxAttempts() {
        return control.maxAttempts();
    }

    @Override
    public OptionalLong securityVersion(BankId bank) throws HalException {
        return control.securityVersion(bank);
    }

    @Override
    public Enforcement enforcement() {
        return control.enforcement();
    }

    @Override
    public void invalidate(BankId bank) throws HalException {
        log.call("invalidate " + bank);
        control.invalidate(bank);
    }

    @Override
    public void armTrial(BankId bank, int attempts, long trialId) throws HalException {
        log.call("armTrial " + bank + " x" + attempts);
        control.armTrial(bank, attempts, trialId);
    }

    @Override
    public void confirm() throws HalException {
        log.call("confirm");
        control.confirm();
    }

    @Override
    public void disarm() throws HalException {
        log.call("disarm");
        control.disarm();
    }
}

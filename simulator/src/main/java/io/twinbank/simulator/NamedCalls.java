// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.OperationLog;

/** Names the calls of the handshake in the log, so that a report can say which one an operation belongs to. */
final class NamedCalls extends ForwardingBoot {
    private final OperationLog log;

    NamedCalls(BootControl boot, OperationLog log) {
        super(boot);
        this.log = log;
    }

    @Override
    public void invalidate(BankId bank) throws HalException {
        log.call("invalidate " + bank);
        super.invalidate(bank);
    }

    @Override
    public void armTrial(BankId bank, int attempts, long trialId) throws HalException {
        log.call("armTrial " + bank + " x" + attempts);
        super.armTrial(bank, attempts, trialId);
    }

    @Override
    public void confirm() throws HalException {
        log.call("confirm");
        super.confirm();
    }

    @Override
    public void disarm() throws HalException {
        log.call("disarm");
        super.disarm();
    }
}

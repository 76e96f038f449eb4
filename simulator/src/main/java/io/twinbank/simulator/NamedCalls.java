// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.OperationLog;
import java.util.OptionalLong;

/** The handshake, whose calls are watched, and named in the log: a report says which one an operation belongs to. */
final class NamedCalls extends ForwardingBoot {
    private final OperationLog log;
    private final Knowledge knowledge;

    NamedCalls(BootControl boot, OperationLog log, Knowledge knowledge) {
        super(boot);
        this.log = log;
        this.knowledge = knowledge;
    }

    @Override
    public BootStatus status() throws HalException {
        return knowledge.ask(super::status, this::learn);
    }

    @Override
    public OptionalLong securityVersion(BankId bank) throws HalException {
        return knowledge.ask(() -> super.securityVersion(bank), version -> knowledge.learn(version.orElse(-1)));
    }

    private void learn(BootStatus status) {
        knowledge.learn(status.running().name());
        knowledge.learn(status.fallback().map(BankId::name).orElse(""));
        knowledge.learn(status.trial().name());
        knowledge.learn(status.attemptsLeft());
        knowledge.learn(status.lastTrialId());
    }

    @Override
    public void invalidate(BankId bank) throws HalException {
        log.call("invalidate " + bank);
        knowledge.doing(() -> super.invalidate(bank));
    }

    @Override
    public void armTrial(BankId bank, int attempts, long trialId) throws HalException {
        log.call("armTrial " + bank + " x" + attempts);
        knowledge.doing(() -> super.armTrial(bank, attempts, trialId));
    }

    @Override
    public void confirm() throws HalException {
        log.call("confirm");
        knowledge.doing(() -> super.confirm());
    }

    @Override
    public void disarm() throws HalException {
        log.call("disarm");
        knowledge.doing(() -> super.disarm());
    }
}

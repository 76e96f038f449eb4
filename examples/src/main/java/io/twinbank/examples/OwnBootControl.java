// SPDX-License-Identifier: Apache-2.0
package io.twinbank.examples;

import io.twinbank.examples.BootPage.Content;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.BootableBanks;
import java.util.Optional;
import java.util.OptionalLong;

/** The handshake with this board's boot loader. Every change is one write of its page. */
final class OwnBootControl implements BootControl {
    private static final int MAX_ATTEMPTS = 5;

    private final BootPage page;
    private final BootableBanks banks;

    OwnBootControl(BootPage page, BootableBanks banks) {
        this.page = page;
        this.banks = banks;
    }

    @Override
    public BootStatus status() throws HalException {
        Content now = page.read();
        Trial trial = trial(now);
        BankId other = now.running().other();
        Optional<BankId> fallback = switch (trial) {
            case ARMED -> Optional.of(now.running());
            case FELL_BACK -> Optional.empty();
            case NONE, RUNNING -> banks.isBootable(other) ? Optional.of(other) : Optional.empty();
        };
        return new BootStatus(
                now.running(), fallback, trial, trial == Trial.FELL_BACK ? 0 : now.attempts(), now.trialId());
    }

    private static Trial trial(Content now) {
        if (now.trial().isEmpty()) {
            return Trial.NONE;
        } else if (now.fellBack()) {
            return Trial.FELL_BACK;
        }
        return now.trial().get() == now.running() ? Trial.RUNNING : Trial.ARMED;
    }

    @Override
    public int maxAttempts() {
        return MAX_ATTEMPTS;
    }

    @Override
    public OptionalLong securityVersion(BankId bank) throws HalException {
        return banks.securityVersion(bank);
    }

    @Override
    public Enforcement enforcement() {
        return Enforcement.AGENT_ONLY;
    }

    @Override
    public void invalidate(BankId bank) throws HalException {
        if (bank == page.read().running()) {
            throw new HalException(HalException.Kind.LOCKED, "invalidate: bank " + bank + " is running");
        }
        banks.spoil(bank);
    }

    @Override
    public void armTrial(BankId bank, int attempts, long trialId) throws HalException {
        BankId running = page.read().running();
        if (attempts < 1 || attempts > MAX_ATTEMPTS || trialId == 0 || bank == running) {
            throw new IllegalArgumentException("armTrial of " + bank + " while " + running + " runs, attempts "
                    + attempts + " of at most " + MAX_ATTEMPTS + ", trialId " + trialId);
        }
        page.write(new Content(running, Optional.of(running), Optional.of(bank), attempts, false, trialId));
    }

    @Override
    public void confirm() throws HalException {
        Content now = page.read();
        page.write(new Content(now.running(), Optional.of(now.running()), Optional.empty(), 0, false, now.trialId()));
    }

    @Override
    public void disarm() throws HalException {
        Content now = page.read();
        switch (trial(now)) {
            case NONE -> {}
            case ARMED, FELL_BACK -> page.write(now.without());
            case RUNNING ->
                page.write(new Content(now.running(), now.permanent(), now.trial(), 0, false, now.trialId()));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.Operation.Part;
import java.util.Optional;
import java.util.OptionalLong;

/** The agent's side of the handshake with {@link SimulatedBootLoader}; every change is atomic and durable. */
final class SimulatedBootControl implements BootControl {
    private final SimulatedBoard board;
    private final int maxAttempts;
    private final OperationLog log;
    private BootVariables variables = BootVariables.permanent(BankId.A);

    SimulatedBootControl(SimulatedBoard board, int maxAttempts, OperationLog log) {
        this.board = board;
        this.maxAttempts = maxAttempts;
        this.log = log;
    }

    @Override
    public BootStatus status() throws HalException {
        log.checkAlive();
        BankId running = board.running();
        Optional<BankId> fallback = switch (variables.trial()) {
            case ARMED -> Optional.of(variables.permanent());
            case FELL_BACK -> Optional.empty();
            case NONE, RUNNING ->
                board.flash(running.other()).isSelectable() ? Optional.of(running.other()) : Optional.empty();
        };
        return new BootStatus(running, fallback, variables.trial(), variables.attempts(), variables.lastTrialId());
    }

    @Override
    public int maxAttempts() {
        return maxAttempts;
    }

    @Override
    public OptionalLong securityVersion(BankId bank) throws HalException {
        log.checkAlive();
        return board.header(bank)
                .map(header -> OptionalLong.of(header.spec().securityVersion()))
                .orElseGet(OptionalLong::empty);
    }

    @Override
    public Enforcement enforcement() {
        return Enforcement.BOOT_LOADER;
    }

    @Override
    public void invalidate(BankId bank) throws HalException {
        log.checkAliveToWrite(Part.BOOT_CONTROL, "invalidate");
        if (bank == board.running()) {
            throw new HalException(HalException.Kind.LOCKED, "invalidate: bank " + bank + " is running");
        }
        log.perform(
                Part.BOOT_CONTROL,
                "invalidate",
                bank.name(),
                () -> board.flash(bank).setSelectable(false));
    }

    @Override
    public void armTrial(BankId bank, int attempts, long trialId) throws HalException {
        BankId running = board.running();
        if (attempts < 1 || attempts > maxAttempts || trialId == 0 || bank == running) {
            throw new IllegalArgumentException("armTrial of " + bank + " while " + running + " runs, attempts "
                    + attempts + " of at most " + maxAttempts + ", trialId " + trialId);
        }
        log.perform(Part.BOOT_CONTROL, "armTrial", bank + " x" + attempts, () -> {
            board.flash(bank).setSelectable(true);
            variables = variables.armed(running, bank, attempts, trialId);
        });
    }

    @Override
    public void confirm() throws HalException {
        BankId running = board.running();
        log.perform(Part.BOOT_CONTROL, "confirm", running.name(), () -> variables = variables.confirmed(running));
    }

    @Override
    public void disarm() throws HalException {
        log.perform(Part.BOOT_CONTROL, "disarm", variables.trial().name(), () -> variables = variables.disarmed());
    }

    BootVariables variables() {
        return variables;
    }

    /** As the boot loader or the factory sets them. */
    void variables(BootVariables next) {
        variables = next;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.core.spi.SelfTest;
import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingBank;
import io.twinbank.simulator.ForwardingBoot;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.oracle.JournalHeader;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Bugs in the agent's side of the handshake with the boot loader. */
final class HandshakeMutants {
    private HandshakeMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M01",
                        "the trial is armed before the bank is verified",
                        Set.of("S6"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.platform(ArmsEarly::new))),
                new Mutant(
                        "M24",
                        "the image is confirmed before its self-test has passed",
                        Set.of("S7"),
                        Mode.QUIET,
                        () -> Stages.ideal("rollback"),
                        sound -> sound.with(confirmsEarly())),
                new Mutant(
                        "M30",
                        "which bank runs is taken from the journal, not measured",
                        Set.of("L4"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.boot((board, boot) -> new BelievesJournal(boot, board.stateStore())))),
                new Mutant(
                        "M46",
                        "the id of a trial is the time of day",
                        Set.of("DETERMINISM"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.boot((board, boot) -> new ForwardingBoot(boot) {
                            @Override
                            public void armTrial(BankId bank, int attempts, long trialId) throws HalException {
                                super.armTrial(bank, attempts, System.nanoTime());
                            }
                        }))),
                new Mutant(
                        "M59",
                        "a disarm forgets that the trial runs, and makes it permanent",
                        Set.of("S7"),
                        Mode.QUIET,
                        () -> Stages.ideal("rollback"),
                        sound -> sound.with(Bugs.boot((board, boot) -> new ForgetsTrial(boot)))));
    }

    private static final class ArmsEarly extends ForwardingPlatform {
        ArmsEarly(Platform board) {
            super(board);
        }

        @Override
        public FlashBank bank(BankId id, ComponentId component) {
            return new ForwardingBank(super.bank(id, component)) {
                @Override
                public void end() throws HalException {
                    super.end();
                    BootControl boot = bootControl();
                    boot.armTrial(id, 1, boot.status().lastTrialId() + 1);
                }
            };
        }
    }

    private static AgentVariant confirmsEarly() {
        return new AgentVariant() {
            @Override
            public SelfTest selfTest(SimulatedBoard board, SelfTest selfTest) {
                return () -> {
                    board.bootControl().confirm();
                    return selfTest.run();
                };
            }
        };
    }

    private static final class BelievesJournal extends ForwardingBoot {
        private final StateStore store;

        BelievesJournal(BootControl boot, StateStore store) {
            super(boot);
            this.store = store;
        }

        /** The journal's target is the bank that doesn't run, until an update says otherwise. */
        @Override
        public BootStatus status() throws HalException {
            BootStatus status = super.status();
            JournalHeader journal = JournalHeader.of(store.load(StateKey.JOURNAL));
            if (!journal.state().equals("IDLE")) {
                return status;
            }
            BankId running = BankId.valueOf(journal.target()).other();
            return new BootStatus(
                    running, Optional.of(running.other()), status.trial(), status.attemptsLeft(), status.lastTrialId());
        }
    }

    private static final class ForgetsTrial extends ForwardingBoot {
        ForgetsTrial(BootControl boot) {
            super(boot);
        }

        @Override
        public void disarm() throws HalException {
            if (status().trial() == BootStatus.Trial.RUNNING) {
                confirm();
            } else {
                super.disarm();
            }
        }
    }
}

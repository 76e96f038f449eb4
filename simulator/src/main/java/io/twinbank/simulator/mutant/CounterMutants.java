// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.ForwardingBoot;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.oracle.JournalHeader;
import io.twinbank.simulator.scenario.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Bugs around the anti-rollback counter. */
final class CounterMutants {
    private CounterMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M04",
                        "the floor is raised when the update is installed, not when it is confirmed",
                        Set.of("S4"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.boot((board, boot) -> new ForwardingBoot(boot) {
                            @Override
                            public void armTrial(BankId bank, int attempts, long trialId) throws HalException {
                                board.counter(CounterId.SECURITY_VERSION)
                                        .advanceTo(securityVersion(bank).orElse(0));
                                super.armTrial(bank, attempts, trialId);
                            }
                        }))),
                new Mutant(
                        "M05",
                        "the floor is raised before the confirm is durable",
                        Set.of("S4"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.boot((board, boot) -> new ForwardingBoot(boot) {
                            @Override
                            public void confirm() throws HalException {
                                board.counter(CounterId.SECURITY_VERSION)
                                        .advanceTo(securityVersion(status().running())
                                                .orElse(0));
                                super.confirm();
                            }
                        }))),
                new Mutant(
                        "M31",
                        "a counter that answers in no time is taken to have counted",
                        Set.of("L1"),
                        Mode.IO_ERRORS,
                        () -> Stages.small("update", "ideal"),
                        sound -> sound.with(Bugs.counter((board, counter) -> new Believes(counter)))),
                new Mutant(
                        "M32",
                        "a counter that once answered in no time counts as broken for ever",
                        Set.of("L1", "L4"),
                        Mode.IO_ERRORS,
                        () -> Stages.small("update", "ideal"),
                        sound ->
                                sound.with(Bugs.counter((board, counter) -> new GivesUp(counter, board.stateStore())))),
                new Mutant(
                        "M64",
                        "the counter of the trust policy is raised along with the floor",
                        Set.of("S13"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.counter((board, counter) -> new ForwardingCounter(counter) {
                            @Override
                            public void advanceTo(long value) throws HalException {
                                super.advanceTo(value);
                                board.counter(CounterId.TRUST_VERSION).advanceTo(value);
                            }
                        }))),
                new Mutant(
                        "M33",
                        "the floor is compared as a signed byte: 200 is below 199",
                        Set.of("S3"),
                        Mode.QUIET,
                        () -> downgrade("200.0", "199.0"),
                        sound -> sound.with(Bugs.counter((board, counter) -> new ForwardingCounter(counter) {
                            @Override
                            public long read() throws HalException {
                                return (byte) super.read();
                            }
                        }))),
                new Mutant(
                        "M34",
                        "the floor is compared as a text: 10 is below 9",
                        Set.of("S3"),
                        Mode.QUIET,
                        () -> downgrade("10.0", "9.0"),
                        sound -> sound.with(Bugs.counter((board, counter) -> new ForwardingCounter(counter) {
                            @Override
                            public long read() throws HalException {
                                return Character.digit(
                                        Long.toString(super.read()).charAt(0), 10);
                            }
                        }))),
                new Mutant(
                        "M57",
                        "the floor is raised to what the journal says of the image, not to what the boot loader reads in it",
                        Set.of("S4"),
                        Mode.QUIET,
                        () -> Stages.ideal(
                                Scenario.named("claims")
                                        .offer("2.0", Behaviour.WORKS)
                                        .manifestsClaim(1)
                                        .build(),
                                "ideal"),
                        sound -> sound.with(Bugs.boot((board, boot) -> new AsJournalled(boot, board.stateStore())))),
                new Mutant(
                        "M58",
                        "the floor is raised above what the boot loader reads in the running bank",
                        Set.of("S4"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.counter((board, counter) -> new ForwardingCounter(counter) {
                            @Override
                            public void advanceTo(long value) throws HalException {
                                super.advanceTo(value + 1);
                            }
                        }))));
    }

    /** A boot loader that verifies would refuse what the agent lets through. */
    private static Setting downgrade(String installed, String offered) {
        Scenario scenario = Scenario.named("downgrade-" + offered)
                .installed(installed)
                .offer(offered, Behaviour.WORKS)
                .build();
        return Stages.ideal(scenario, "uboot-unverified");
    }

    private static final class Believes extends ForwardingCounter {
        private long believed = 0;

        Believes(MonotonicCounter counter) {
            super(counter);
        }

        @Override
        public long read() throws HalException {
            return Math.max(believed, super.read());
        }

        @Override
        public void advanceTo(long value) throws HalException {
            try {
                super.advanceTo(value);
            } catch (HalException e) {
                if (e.kind() != HalException.Kind.TIMEOUT) {
                    throw e;
                }
                believed = value;
            }
        }
    }

    /** Remembers that durably, where this agent keeps nothing else. */
    private static final class GivesUp extends ForwardingCounter {
        private final StateStore store;

        GivesUp(MonotonicCounter counter, StateStore store) {
            super(counter);
            this.store = store;
        }

        @Override
        public long read() throws HalException {
            if (store.load(StateKey.TRUST) instanceof StateStore.Found) {
                throw new HalException(HalException.Kind.WORN_OUT, "the counter is broken");
            }
            return super.read();
        }

        @Override
        public void advanceTo(long value) throws HalException {
            try {
                super.advanceTo(value);
            } catch (HalException e) {
                store.store(StateKey.TRUST, "broken".getBytes(StandardCharsets.US_ASCII));
                throw e;
            }
        }
    }

    private static final class AsJournalled extends ForwardingBoot {
        private final StateStore store;

        AsJournalled(BootControl boot, StateStore store) {
            super(boot);
            this.store = store;
        }

        @Override
        public OptionalLong securityVersion(BankId bank) throws HalException {
            JournalHeader journal = JournalHeader.of(store.load(StateKey.JOURNAL));
            return journal.target().equals(bank.name()) && !journal.state().equals("IDLE")
                    ? OptionalLong.of(journal.securityVersion())
                    : super.securityVersion(bank);
        }
    }
}

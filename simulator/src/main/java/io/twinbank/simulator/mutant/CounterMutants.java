// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.scenario.Scenario;
import java.util.List;
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
                        Search.QUIET,
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
                        Search.QUIET,
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
                        "M33",
                        "the floor is compared as a signed byte: 200 is below 199",
                        Set.of("S3"),
                        Search.QUIET,
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
                        Search.QUIET,
                        () -> downgrade("10.0", "9.0"),
                        sound -> sound.with(Bugs.counter((board, counter) -> new ForwardingCounter(counter) {
                            @Override
                            public long read() throws HalException {
                                return Character.digit(
                                        Long.toString(super.read()).charAt(0), 10);
                            }
                        }))),
                new Mutant(
                        "M58",
                        "the floor is raised above what the boot loader reads in the running bank",
                        Set.of("S4"),
                        Search.QUIET,
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
}

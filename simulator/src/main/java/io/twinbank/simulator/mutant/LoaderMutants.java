// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.Abilities;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.UBootLoader;
import io.twinbank.simulator.boot.bugs.PublicBug;
import io.twinbank.simulator.boot.bugs.PublicBugs;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.files.Flaw;
import io.twinbank.simulator.scenario.Scenario;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Bugs in boot loaders and in how they keep their variables. */
final class LoaderMutants {
    private static final Abilities UBOOT = Abilities.all(3);
    private static final String NAME = "uboot";

    /** Both images may be booted: else the floor would keep the old one out. */
    private static final Scenario SAME_FLOOR =
            Scenario.named("same-floor").offer("1.5", Behaviour.WORKS).build();

    private LoaderMutants() {}

    static List<Mutant> all() {
        return List.of(
                ofPublicBug("M18", "uboot-env-sf", Mode.SINGLE),
                new Mutant(
                        "M19",
                        "both copies of the environment are erased before either is written",
                        Set.of("L1"),
                        Mode.SINGLE,
                        () -> Stages.nor("update", NAME),
                        sound -> sound.with(NAME, host -> new UBootLoader(host, UBOOT, Flaw.BOTH_ERASED))),
                new Mutant(
                        "M20",
                        "a boot loader that has lost its environment takes its default bank as permanent",
                        Set.of("L2"),
                        Mode.LOST,
                        () -> Stages.ideal(SAME_FLOOR, NAME),
                        sound -> sound.with(NAME, FirstBoot::new)),
                ofPublicBug("M21", "rauc-490", Mode.BROWN_OUT),
                new Mutant(
                        "M22",
                        "the boot loader leaves it to the agent to count the attempts of a trial",
                        Set.of("L1"),
                        Mode.QUIET,
                        () -> Stages.ideal("dead", NAME),
                        sound -> sound.with(NAME, DoesNotCount::new)),
                new Mutant(
                        "M23",
                        "the attempts left are a byte that goes from 0 to 255",
                        Set.of("L1"),
                        Mode.SINGLE,
                        () -> Stages.ideal("dead", NAME),
                        sound -> sound.with(NAME, Underflows::new)),
                new Mutant(
                        "M47",
                        "a bank on trial isn't verified when it is booted, for the agent has verified it",
                        Set.of("S2"),
                        Mode.BIT_FLIPS,
                        List.of(new Fault.Off("flip", "bank-b", 4321)),
                        () -> Stages.ideal("update", NAME),
                        sound -> sound.with(NAME, VerifiesOnce::new)),
                ofPublicBug("M48", "mcuboot-1966", Mode.SINGLE),
                ofPublicBug("M49", "mcuboot-2109", Mode.SINGLE),
                ofPublicBug("M50", "mcuboot-2199", Mode.QUIET));
    }

    /** A bug from the field, on NOR where nothing is torn that a block device would write at once. */
    private static Mutant ofPublicBug(String id, String name, Mode mode) {
        PublicBug bug = PublicBugs.all().stream()
                .filter(each -> each.id().equals(name))
                .findFirst()
                .orElseThrow();
        return new Mutant(
                id,
                bug.description(),
                Set.of(bug.oracle()),
                mode,
                () -> Stages.nor(bug.scenario(), NAME).with(name, bug.mended()),
                sound -> sound.with(name, bug.buggy()));
    }

    private static final class DoesNotCount extends UBootLoader {
        DoesNotCount(BootHost host) {
            super(host, UBOOT);
        }

        @Override
        protected Optional<Booted> select() throws HalException {
            Env env = read();
            if (env.is(TRIAL) && env.number(COUNT) == 1) {
                env.set(COUNT, 0).save();
            }
            return super.select();
        }
    }

    private static final class Underflows extends UBootLoader {
        private static final int BYTE = 256;

        Underflows(BootHost host) {
            super(host, UBOOT);
        }

        @Override
        protected Optional<Booted> select() throws HalException {
            Env env = read();
            int left = env.number(LIMIT) - env.number(COUNT);
            if (env.is(TRIAL) && left < 0) {
                env.set(COUNT, env.number(COUNT) - BYTE).save();
            }
            return super.select();
        }
    }

    private static final class FirstBoot extends UBootLoader {
        FirstBoot(BootHost host) {
            super(host, UBOOT);
        }

        @Override
        protected SortedMap<String, String> compiled() {
            return factory(defaultBank());
        }

        @Override
        protected Optional<Booted> select() throws HalException {
            read().save();
            return super.select();
        }
    }

    private static final class VerifiesOnce extends UBootLoader {
        VerifiesOnce(BootHost host) {
            super(host, UBOOT);
        }

        @Override
        protected Optional<Booted> load(BankId bank) throws HalException {
            Env env = read();
            return env.is(TRIAL) && env.text(BANK).equals(bank.name())
                    ? host.header(bank).map(header -> new Booted(bank, header))
                    : super.load(bank);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.Abilities;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.boot.BootResult.Booted;
import io.twinbank.simulator.boot.UBootLoader;
import io.twinbank.simulator.boot.bugs.PublicBug;
import io.twinbank.simulator.boot.bugs.PublicBugs;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Bugs in boot loaders and in how they keep their variables. */
final class LoaderMutants {
    private static final Abilities UBOOT = Abilities.all(3);
    private static final String NAME = "uboot";

    private LoaderMutants() {}

    static List<Mutant> all() {
        return List.of(
                ofPublicBug("M18", "uboot-env-sf", Search.SINGLE),
                new Mutant(
                        "M19",
                        "both copies of the environment are erased before either is written",
                        Set.of("L1"),
                        Search.SINGLE,
                        () -> Stages.nor("update", NAME),
                        sound -> sound.with(NAME, ErasesBoth::new)),
                new Mutant(
                        "M22",
                        "the boot loader leaves it to the agent to count the attempts of a trial",
                        Set.of("L1"),
                        Search.QUIET,
                        () -> Stages.ideal("dead", NAME),
                        sound -> sound.with(NAME, DoesNotCount::new)),
                new Mutant(
                        "M23",
                        "the attempts left are a byte that goes from 0 to 255",
                        Set.of("L1"),
                        Search.SINGLE,
                        () -> Stages.ideal("dead", NAME),
                        sound -> sound.with(NAME, Underflows::new)),
                ofPublicBug("M48", "mcuboot-1966", Search.SINGLE),
                ofPublicBug("M49", "mcuboot-2109", Search.SINGLE),
                ofPublicBug("M50", "mcuboot-2199", Search.QUIET));
    }

    /** A bug from the field, on NOR where nothing is torn that a block device would write at once. */
    private static Mutant ofPublicBug(String id, String name, Search search) {
        PublicBug bug = PublicBugs.all().stream()
                .filter(each -> each.id().equals(name))
                .findFirst()
                .orElseThrow();
        return new Mutant(
                id,
                bug.description(),
                Set.of(bug.oracle()),
                search,
                () -> Stages.nor(bug.scenario(), NAME).with(name, bug.mended()),
                sound -> sound.with(name, bug.buggy()));
    }

    private static final class ErasesBoth extends UBootLoader {
        ErasesBoth(BootHost host) {
            super(host, UBOOT);
        }

        private void eraseBoth() throws HalException {
            host.variables().erase(0, 2L * host.variables().units().eraseBytes());
        }

        @Override
        protected void makePermanent(BankId running) throws HalException {
            eraseBoth();
            super.makePermanent(running);
        }

        @Override
        protected void arm(BankId bank, int attempts, long trialId) throws HalException {
            eraseBoth();
            super.arm(bank, attempts, trialId);
        }
    }

    private static final class DoesNotCount extends UBootLoader {
        DoesNotCount(BootHost host) {
            super(host, UBOOT);
        }

        @Override
        protected Optional<Booted> select() throws HalException {
            Env env = read(Side.LOADER);
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
            Env env = read(Side.LOADER);
            int left = env.number(LIMIT) - env.number(COUNT);
            if (env.is(TRIAL) && left < 0) {
                env.set(COUNT, env.number(COUNT) - BYTE).save();
            }
            return super.select();
        }
    }
}

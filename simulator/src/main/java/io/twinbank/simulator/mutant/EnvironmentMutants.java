// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.linux.UBootEnvironment;
import io.twinbank.simulator.boot.Abilities;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.GrubLoader;
import io.twinbank.simulator.boot.UBootLoader;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.files.Flaw;
import io.twinbank.simulator.scenario.Scenario;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/**
 * Bugs in how Linux reads and writes the environments of U-Boot and GRUB: the codecs are the shipped ones, and what they ask of files,
 * devices and their lock is done otherwise.
 */
final class EnvironmentMutants {
    private static final String UBOOT = "uboot";
    private static final String GRUB = "grub";
    private static final Abilities OF_UBOOT = BootLoaders.named(UBOOT).abilities();
    private static final Abilities OF_GRUB = BootLoaders.named(GRUB).abilities();

    /** Both images may be booted, and a trial that isn't confirmed is over at the next boot. */
    private static final Scenario ONE_BOOT = Scenario.named("one-boot")
            .trialAttempts(1)
            .offer("1.5", Behaviour.WORKS)
            .build();

    /** The last update would stay for ever if it were no trial. */
    private static final Scenario THEN_DEAD = Scenario.named("then-dead")
            .offer("1.5", Behaviour.WORKS)
            .offer("1.6", Behaviour.NEVER_STARTS)
            .build();

    private EnvironmentMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M98",
                        "each change is written to both copies of U-Boot's environment at once",
                        Set.of("L1"),
                        Mode.SINGLE,
                        () -> Stages.nor("update", UBOOT),
                        sound -> sound.with(UBOOT, host -> new UBootLoader(host, OF_UBOOT, Flaw.BOTH_WRITTEN))),
                new Mutant(
                        "M99",
                        "the lock of U-Boot's environment isn't taken: what fw_setenv writes at the same time is lost",
                        Set.of("S22"),
                        Mode.EVENTS,
                        () -> Stages.small("update", UBOOT),
                        sound -> sound.with(UBOOT, TakesNoLock::new)),
                new Mutant(
                        "M100",
                        "nobody forces U-Boot's environment to the medium",
                        Set.of("L2"),
                        Mode.SINGLE,
                        () -> Stages.ideal(ONE_BOOT, UBOOT),
                        sound -> sound.with(UBOOT, host -> new UBootLoader(host, OF_UBOOT, Flaw.NO_FILE_FORCE))),
                new Mutant(
                        "M101",
                        "nobody forces the directory after GRUB's environment was renamed in it",
                        Set.of("L2"),
                        Mode.SINGLE,
                        () -> Stages.ideal(ONE_BOOT, GRUB),
                        sound -> sound.with(GRUB, grub(Flaw.NO_DIRECTORY_FORCE))),
                new Mutant(
                        "M102",
                        "of two copies of U-Boot's environment that with the greater serial number is taken, also where it has wrapped",
                        Set.of("S9"),
                        Mode.QUIET,
                        () -> Stages.small("update", UBOOT),
                        sound -> sound.with(UBOOT, host -> new UBootLoader(host, OF_UBOOT, Flaw.NO_WRAP))),
                new Mutant(
                        "M103",
                        "GRUB's script uses up the try of a confirmed bank as well",
                        Set.of("L2"),
                        Mode.SINGLE,
                        () -> Stages.ideal(ONE_BOOT, GRUB),
                        sound -> sound.with(GRUB, CountsAlways::new)),
                new Mutant(
                        "M104",
                        "GRUB's environment isn't replaced by a rename but emptied and written anew, as grub-editenv does",
                        Set.of("L1"),
                        Mode.SINGLE,
                        () -> Stages.ideal(THEN_DEAD, GRUB),
                        sound -> sound.with(GRUB, grub(Flaw.IN_PLACE))));
    }

    private static BootLoader.Factory grub(Flaw flaw) {
        return host -> new GrubLoader(host, OF_GRUB, Set.of(flaw));
    }

    private static final class TakesNoLock extends UBootLoader {
        TakesNoLock(BootHost host) {
            super(host, OF_UBOOT);
        }

        @Override
        protected UBootEnvironment.Lock lock() {
            return () -> () -> {};
        }
    }

    private static final class CountsAlways extends GrubLoader {
        CountsAlways(BootHost host) {
            super(host, OF_GRUB);
        }

        @Override
        protected boolean countsBootsOf(SortedMap<String, String> env) {
            return true;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import java.util.List;
import java.util.stream.Collectors;

/** The models of boot loaders: those that do what they owe, and those that are in the field all the same. */
public final class BootLoaders {
    private static final int IDEAL_ATTEMPTS = 7;
    private static final int UBOOT_ATTEMPTS = 3;
    private static final int SLOT_ATTEMPTS = 7;

    private static final List<Named> ALL = List.of(
            new Named(
                    "ideal",
                    "A loader as BootControl wants it, whose variables are replaced atomically.",
                    Abilities.all(IDEAL_ATTEMPTS),
                    host -> new IdealLoader(host, IDEAL_ATTEMPTS)),
            model(
                    "uboot",
                    "U-Boot with bootcount, bootlimit and altbootcmd, and two copies of its environment.",
                    Abilities.all(UBOOT_ATTEMPTS),
                    UBootLoader::new),
            model(
                    "mcuboot",
                    "A trailer for each slot with magic, copy_done and image_ok, as MCUboot in direct-XIP with revert.",
                    Abilities.all(1),
                    McubootLoader::new),
            model(
                    "slots",
                    "Slot metadata with priority, tries and success, as Android's and ChromeOS's, in two copies.",
                    Abilities.all(SLOT_ATTEMPTS),
                    SlotLoader::new),
            model(
                    "rauc",
                    "U-Boot with RAUC's script, which counts every boot, of a permanent bank as well.",
                    Abilities.all(UBOOT_ATTEMPTS).countingEveryBoot(),
                    RaucLoader::new),
            model(
                    "grub",
                    "GRUB with the variables of RAUC and one try; its only grubenv is replaced by the agent, rewritten in place by GRUB.",
                    Abilities.all(1).lostForGood(),
                    GrubLoader::new),
            model(
                    "uboot-unverified",
                    "U-Boot that verifies nothing: it boots whatever begins with a header.",
                    Abilities.all(UBOOT_ATTEMPTS).unverified(),
                    UBootLoader::new),
            model(
                    "uboot-altboot-clears",
                    "U-Boot whose altbootcmd clears the trial, the agent's variables with it, and doesn't say that it fell back.",
                    Abilities.all(UBOOT_ATTEMPTS).silentFallback(),
                    SilentAltBoot::new),
            model(
                    "uboot-default-b",
                    "U-Boot whose compiled environment, in force when both copies are lost, has bank B.",
                    Abilities.all(UBOOT_ATTEMPTS),
                    DefaultB::new));

    private BootLoaders() {}

    /**
     * A model.
     *
     * @param name as schedules and commands have it, such as {@code uboot}
     * @param description one sentence or two, for people
     * @param abilities what it can and can't do
     * @param factory makes one for a board
     */
    public record Named(String name, String description, Abilities abilities, BootLoader.Factory factory) {}

    /**
     * Lists the models.
     *
     * @return the ideal one first
     */
    public static List<Named> all() {
        return ALL;
    }

    /**
     * Finds a model.
     *
     * @param name its name
     * @return the model
     * @throws IllegalArgumentException if there is none; says which there are
     */
    public static Named named(String name) {
        return ALL.stream()
                .filter(model -> model.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no boot loader '" + name + "': there are "
                        + ALL.stream().map(Named::name).collect(Collectors.joining(", "))));
    }

    private interface Maker {
        BootLoader make(BootHost host, Abilities abilities);
    }

    private static Named model(String name, String description, Abilities abilities, Maker maker) {
        return new Named(name, description, abilities, host -> maker.make(host, abilities));
    }

    /** The trial's id is all that is left of it, for it drops what the agent would tell a fallback by. */
    private static final class SilentAltBoot extends UBootLoader {
        SilentAltBoot(BootHost host, Abilities abilities) {
            super(host, abilities);
        }

        @Override
        protected void tellFallback(Env env) {
            env.set(TRIAL_BANK, 0);
        }
    }

    private static final class DefaultB extends UBootLoader {
        DefaultB(BootHost host, Abilities abilities) {
            super(host, abilities);
        }

        @Override
        protected BankId defaultBank() {
            return BankId.B;
        }
    }
}

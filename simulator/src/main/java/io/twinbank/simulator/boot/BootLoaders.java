// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import java.util.List;
import java.util.stream.Collectors;

/** The models of boot loaders: those that do what they owe, and those that are in the field all the same. */
public final class BootLoaders {
    private static final int IDEAL_ATTEMPTS = 7;
    private static final int UBOOT_ATTEMPTS = 3;

    private static final List<Named> ALL = List.of(
            new Named(
                    "ideal",
                    "A loader as BootControl wants it, whose variables are replaced atomically.",
                    Abilities.all(IDEAL_ATTEMPTS),
                    host -> new IdealLoader(host, IDEAL_ATTEMPTS)),
            uboot(),
            unverified(),
            silent(),
            defaultB());

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
                .orElseThrow(() -> new IllegalArgumentException("no boot loader '" + name + "', only "
                        + ALL.stream().map(Named::name).collect(Collectors.joining(", "))));
    }

    private static Named uboot() {
        Abilities abilities = Abilities.all(UBOOT_ATTEMPTS);
        return new Named(
                "uboot",
                "U-Boot with bootcount, bootlimit and altbootcmd, and two copies of its environment.",
                abilities,
                host -> new UBootLoader(host, abilities));
    }

    private static Named unverified() {
        Abilities abilities = Abilities.all(UBOOT_ATTEMPTS).unverified();
        return new Named(
                "uboot-unverified",
                "U-Boot that verifies nothing: it boots whatever begins with a header.",
                abilities,
                host -> new UBootLoader(host, abilities));
    }

    private static Named silent() {
        Abilities abilities = Abilities.all(UBOOT_ATTEMPTS).silentFallback();
        return new Named(
                "uboot-altboot-clears",
                "U-Boot whose altbootcmd clears the trial and doesn't say that it fell back.",
                abilities,
                host -> new UBootLoader(host, abilities) {
                    @Override
                    protected void tellFallback(Env env) {
                        // the trial's id is all that is left of it
                    }
                });
    }

    private static Named defaultB() {
        Abilities abilities = Abilities.all(UBOOT_ATTEMPTS);
        return new Named(
                "uboot-default-b",
                "U-Boot whose compiled environment, in force when both copies are lost, has bank B.",
                abilities,
                host -> new UBootLoader(host, abilities) {
                    @Override
                    protected BankId defaultBank() {
                        return BankId.B;
                    }
                });
    }
}

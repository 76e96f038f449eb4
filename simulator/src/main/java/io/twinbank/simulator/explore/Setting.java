// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.Ages;
import io.twinbank.simulator.Profile;
import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.oracle.Strictness;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.World;

/**
 * What is explored: a storage profile, a boot loader, a scenario, and the agent as it is or with a seeded bug.
 *
 * @param profile what the board stores on
 * @param loader the boot loader
 * @param scenario what happens
 * @param variant what stands between the agent and its world
 */
public record Setting(Profile profile, BootLoaders.Named loader, Scenario scenario, AgentVariant variant) {
    /** What can't be read so many times one after another is lost to whoever reads it. */
    private static final int LOST = 3;

    /**
     * Returns the same with another storage.
     *
     * @param other what the board stores on
     * @return a copy of this
     */
    public Setting with(Profile other) {
        return new Setting(other, loader, scenario, variant);
    }

    /**
     * Returns the same with another boot loader.
     *
     * @param other the boot loader
     * @return a copy of this
     */
    public Setting with(BootLoaders.Named other) {
        return new Setting(profile, other, scenario, variant);
    }

    /**
     * Returns the same with a boot loader of the same abilities.
     *
     * @param name its name
     * @param other makes it
     * @return a copy of this
     */
    public Setting with(String name, BootLoader.Factory other) {
        return with(new BootLoaders.Named(name, loader.description(), loader.abilities(), other));
    }

    /**
     * Returns the same with another agent.
     *
     * @param other what stands between the agent and its world
     * @return a copy of this
     */
    public Setting with(AgentVariant other) {
        return new Setting(profile, loader, scenario, other);
    }

    /**
     * Makes a world at the beginning.
     *
     * @return fresh; close it
     */
    public World world() {
        return new World(scenario, profile, loader.factory(), variant);
    }

    /**
     * Makes the setting of the shipped agent, of the age that each image says.
     *
     * @param profile what the board stores on
     * @param loader the boot loader
     * @param scenario what happens
     * @return the setting
     */
    public static Setting of(Profile profile, BootLoaders.Named loader, Scenario scenario) {
        return new Setting(profile, loader, scenario, new Ages());
    }

    /**
     * Tells how much can be asked after a schedule.
     *
     * @param schedule the faults
     * @param attempts how many boots a trial has
     * @return the strictness
     */
    public Strictness strictness(Schedule schedule, int attempts) {
        if (!profile.honest()) {
            return Strictness.FAIL_CLOSED;
        }
        Strictness strictness = Strictness.EXACT;
        for (Fault fault : schedule.faults()) {
            if (fault instanceof Fault.Off off) {
                strictness = max(strictness, strictness(off));
            } else if (fault instanceof Fault.Fails fails && fails.times() == Fault.Fails.FOREVER) {
                strictness = Strictness.FAIL_CLOSED;
            } else if (fault instanceof Fault.ReadFails reads && reads.times() >= LOST) {
                strictness = max(strictness, Strictness.NO_LIE);
            } else if (!(fault instanceof Fault.Cut) && !isOfTheClock(fault)) {
                strictness = max(strictness, Strictness.TRUTHFUL);
            }
        }
        return schedule.cuts() < attempts ? strictness : max(strictness, Strictness.TRUTHFUL);
    }

    /** No decision may depend on what date it is. */
    private static boolean isOfTheClock(Fault fault) {
        return fault instanceof Fault.Event event && event.what().startsWith("clock");
    }

    /** A bit that flips in the only bank that boots can't be survived. */
    private static Strictness strictness(Fault.Off off) {
        boolean ofABank = off.target().startsWith("bank");
        return off.what().equals("flip") && ofABank ? Strictness.FAIL_CLOSED : Strictness.NO_LIE;
    }

    private static Strictness max(Strictness a, Strictness b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    @Override
    public String toString() {
        return profile.name() + "/" + loader.name() + "/" + scenario.name();
    }
}

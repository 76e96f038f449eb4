// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.Profile;
import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.oracle.Strictness;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.World;

/**
 * What is explored: a storage profile, a boot loader, a scenario, and the agent as it is or with a seeded bug.
 *
 * @param profile what the board stores on
 * @param loaderName the boot loader's name
 * @param loader makes the boot loader
 * @param scenario what happens
 * @param variant what stands between the agent and its world
 */
public record Setting(
        Profile profile, String loaderName, BootLoader.Factory loader, Scenario scenario, AgentVariant variant) {
    /**
     * Returns the same with another storage.
     *
     * @param other what the board stores on
     * @return a copy of this
     */
    public Setting with(Profile other) {
        return new Setting(other, loaderName, loader, scenario, variant);
    }

    /**
     * Returns the same with another boot loader.
     *
     * @param name its name
     * @param other makes it
     * @return a copy of this
     */
    public Setting with(String name, BootLoader.Factory other) {
        return new Setting(profile, name, other, scenario, variant);
    }

    /**
     * Returns the same with another agent.
     *
     * @param other what stands between the agent and its world
     * @return a copy of this
     */
    public Setting with(AgentVariant other) {
        return new Setting(profile, loaderName, loader, scenario, other);
    }

    /**
     * Makes a world at the beginning.
     *
     * @return fresh; close it
     */
    public World world() {
        return new World(scenario, profile, loader, variant);
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
            if (fault instanceof Fault.Off) {
                return Strictness.NO_LIE;
            }
            if (!(fault instanceof Fault.Cut)) {
                strictness = Strictness.TRUTHFUL;
            }
        }
        return schedule.cuts() < attempts ? strictness : Strictness.TRUTHFUL;
    }

    @Override
    public String toString() {
        return profile.name() + "/" + loaderName + "/" + scenario.name();
    }
}

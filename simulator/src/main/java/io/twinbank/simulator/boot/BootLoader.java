// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.Survival;
import java.util.List;
import java.util.Optional;

/**
 * A model of a boot loader with its variables. Each change of a variable, by the loader or through {@link #control()}, is an
 * operation that a power cut may strike. What it keeps outside the board's media is its own durable state.
 */
public interface BootLoader extends Durable {
    /** Makes a loader for a board. */
    @FunctionalInterface
    interface Factory {
        /**
         * Makes one.
         *
         * @param host its board
         * @return a fresh loader, whose variables are as the media hold them
         */
        BootLoader on(BootHost host);
    }

    /**
     * Selects a bank, verifies it as this loader does, and jumps.
     *
     * @return what it did
     * @throws HalException if the variables can't be written
     */
    BootResult boot() throws HalException;

    /**
     * Returns the agent's side of the handshake.
     *
     * @return for the life that was booted
     */
    BootControl control();

    /**
     * Returns the bank that runs when no trial is on, as the variables have it.
     *
     * @return empty while a trial is armed or running, or where this can't be told
     */
    Optional<BankId> permanent();

    /**
     * Sets the variables as the factory does: no trial.
     *
     * @param permanent the bank that runs
     * @throws HalException if they can't be written
     */
    void provision(BankId permanent) throws HalException;

    /**
     * Loses every copy of the variables, as a fault of their medium.
     *
     * @throws HalException if they can't be spoilt
     */
    void loseVariables() throws HalException;

    /**
     * Tells whether the loader and the agent, given the same cells, take different copies of the variables.
     *
     * @return in words; empty while they agree, or where there is nothing to disagree on
     */
    default Optional<String> disagreement() {
        return Optional.empty();
    }

    /**
     * Tells whether other programs write its variables as well, with a lock that keeps them apart.
     *
     * @return whether {@link #setByAnother()} does anything
     */
    default boolean sharesVariables() {
        return false;
    }

    /** Another program sets a variable that is none of the agent's, as {@code fw_setenv} does: it waits for the lock, if the agent has it. */
    default void setByAnother() {
        // see sharesVariables()
    }

    /**
     * Tells whether what another program has set is lost.
     *
     * @return in words; empty while it is there, or nothing was set
     */
    default Optional<String> overwritten() {
        return Optional.empty();
    }

    /**
     * Returns the variables that it keeps outside the board's media, as an observer finds them.
     *
     * @return empty if it keeps none there
     */
    default byte[] ownVariables() {
        return new byte[0];
    }

    /**
     * Turns a bit of {@link #ownVariables()} over, as time does.
     *
     * @param bit counted from 0, eight to a byte, the lowest first
     * @throws HalException if that fails
     */
    default void flip(long bit) throws HalException {
        throw new IllegalArgumentException("it has no variables of its own");
    }

    /**
     * Lists what of its unflushed writes may survive if the power fails now, where it keeps variables outside the board's media.
     *
     * @return simplest first; one way where nothing is pending
     */
    default List<Survival> survivals() {
        return List.of(Survival.ALL);
    }

    /**
     * Loses the power.
     *
     * @param survival what of its pending writes survives
     */
    default void losePower(Survival survival) {
        // what it has is on the board's media
    }

    /**
     * Says what the variables are.
     *
     * @return one line for people
     */
    String describe();
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;

/** A state store with what only the factory, a fault or an observer may do. */
public interface BoardRecords extends StateStore {
    /**
     * Replaces a record past every rule, durably: as the factory does, or a fault of the medium.
     *
     * @param key which record
     * @param loaded what is found there from now on; {@code Corrupt} spoils every copy
     * @throws HalException if the medium itself fails
     */
    void put(StateKey key, Loaded loaded) throws HalException;

    /**
     * Reads a record whether the board lives or not.
     *
     * @param key which record
     * @return what is there
     * @throws HalException if the medium itself fails
     */
    Loaded peek(StateKey key) throws HalException;

    /**
     * Tells whether all that this store knows between two calls is what the medium holds.
     *
     * @return false for one that keeps something in RAM, or may
     */
    default boolean keepsNothing() {
        return false;
    }
}

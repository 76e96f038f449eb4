// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.StateHash;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A bank with what only its board, its boot loader and an observer may do. */
public interface BoardBank extends FlashBank {
    /**
     * Reads the cells whatever runs, and whether the board lives or not.
     *
     * @param offset in bytes
     * @param dst filled to its limit
     * @throws HalException if the cells themselves can't be read
     */
    void peek(long offset, ByteBuffer dst) throws HalException;

    /**
     * Hashes what {@link #peek} reads.
     *
     * @return equal only for the same bytes; empty if that isn't cheaper than to read them
     */
    default Optional<StateHash.Key> content() {
        return Optional.empty();
    }

    /**
     * Writes past every lock and rule, durably: as the factory does, a person with a programmer, or a fault.
     *
     * @param offset in bytes
     * @param src written to its limit
     * @throws HalException if the cells themselves can't be written
     */
    void poke(long offset, ByteBuffer src) throws HalException;

    /**
     * Tells whether the boot loader may select this bank.
     *
     * @return whether its marker is whole
     * @throws HalException if it can't be read
     */
    boolean isSelectable() throws HalException;

    /**
     * Sets or spoils the marker; durable on return, several operations. A cut leaves the old one, a spoilt one, or the new.
     *
     * @param selectable whether the boot loader may select this bank
     * @throws HalException if it can't be written
     */
    void setSelectable(boolean selectable) throws HalException;

    /**
     * Sets or spoils the marker past every rule, as the factory does.
     *
     * @param selectable whether the boot loader may select this bank
     * @throws HalException if it can't be written
     */
    void provision(boolean selectable) throws HalException;

    /** Power comes back: the bank is protected, and what was erased before isn't known any more. */
    void powerOn();
}

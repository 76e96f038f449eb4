// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.StateKey;
import java.nio.ByteBuffer;

/** Watches what the agent does to its banks and records. Must not call the board. */
public interface BoardObserver {
    /** Watches nothing. */
    BoardObserver NONE = new BoardObserver() {};

    /**
     * A bank was read.
     *
     * @param bank which bank
     * @param offset in bytes, of the image in it
     * @param length in bytes
     */
    default void read(BankId bank, long offset, long length) {}

    /**
     * A bank is about to be erased or written.
     *
     * @param bank which bank
     */
    default void changes(BankId bank) {}

    /**
     * An image is about to be written into a bank, or goes on to be.
     *
     * @param bank which bank
     */
    default void begins(BankId bank) {}

    /**
     * A part of a bank is about to be erased; {@link #changes} was told before.
     *
     * @param bank which bank
     * @param offset in bytes
     * @param length in bytes
     */
    default void erases(BankId bank, long offset, long length) {}

    /**
     * A part of a bank is about to be written; {@link #changes} was told before.
     *
     * @param bank which bank
     * @param offset in bytes, of the image in it
     * @param bytes what is to be written, all that remain of them
     */
    default void writes(BankId bank, long offset, ByteBuffer bytes) {}

    /**
     * A bank was synced.
     *
     * @param bank which bank
     */
    default void synced(BankId bank) {}

    /**
     * A record is about to be replaced.
     *
     * @param key which record
     * @param record what it is to hold
     */
    default void stores(StateKey key, byte[] record) {}

    /**
     * A record is about to be deleted.
     *
     * @param key which record
     */
    default void deletes(StateKey key) {}

    /**
     * The counter of trust versions is about to be raised.
     *
     * @param value to what
     */
    default void raisesTrust(long value) {}
}

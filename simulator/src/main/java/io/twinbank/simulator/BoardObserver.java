// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;

/** Watches what the agent does to its banks. Must not call the board. */
public interface BoardObserver {
    /** Watches nothing. */
    BoardObserver NONE = new BoardObserver() {};

    /**
     * A bank was read.
     *
     * @param bank which bank
     * @param offset in bytes
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
     * A bank was synced.
     *
     * @param bank which bank
     */
    default void synced(BankId bank) {}
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Region;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A board as its boot loader sees it. */
public interface BootHost {
    /**
     * Returns where operations are counted.
     *
     * @return the board's log
     */
    OperationLog log();

    /**
     * Returns where the loader keeps its variables.
     *
     * @return at least {@value #VARIABLE_UNITS} erase units
     */
    Region variables();

    /** How many erase units a loader has for its variables. */
    int VARIABLE_UNITS = 5;

    /**
     * Returns the bank that was booted.
     *
     * @return the running bank
     * @throws IllegalStateException if the board isn't booted
     */
    BankId running();

    /**
     * Returns the shape of a bank.
     *
     * @return the same for both
     */
    FlashGeometry geometry();

    /**
     * Reads a bank's cells, as the loader does.
     *
     * @param bank which bank
     * @param offset in bytes
     * @param dst filled to its limit
     * @throws HalException if they can't be read
     */
    void read(BankId bank, long offset, ByteBuffer dst) throws HalException;

    /**
     * Reads the header of a bank's image.
     *
     * @param bank which bank
     * @return well-formed, not verified; empty if there is none
     * @throws HalException if it can't be read
     */
    Optional<SimImage.Header> header(BankId bank) throws HalException;

    /**
     * Verifies a bank from its cells: signature, digest, and the security version against the counter.
     *
     * @param bank which bank
     * @return why it must not be booted; empty if it may
     * @throws HalException if it can't be read
     */
    Optional<String> refusal(BankId bank) throws HalException;

    /**
     * Tells whether a bank carries the marker without which it is never selected.
     *
     * @param bank which bank
     * @return whether it does
     * @throws HalException if it can't be read
     */
    boolean isSelectable(BankId bank) throws HalException;

    /**
     * Sets or spoils the marker of a bank, beside its image; durable on return, several operations.
     *
     * @param bank which bank
     * @param selectable whether it may be selected
     * @throws HalException if it can't be written
     */
    void setSelectable(BankId bank, boolean selectable) throws HalException;
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.OperationLog;
import java.util.function.Predicate;

/** A kind of storage, with the figures of a real part. */
public interface Profile {
    /**
     * Returns its name, as schedules and commands have it.
     *
     * @return such as {@code nor-w25q128}
     */
    String name();

    /**
     * Says what it models and where its figures are from.
     *
     * @return one sentence or two, for people
     */
    String description();

    /**
     * Returns the shape of a bank.
     *
     * @param imageBytes what must fit
     * @return the smallest of this part that it fits in
     */
    FlashGeometry bank(long imageBytes);

    /**
     * Tells whether a flush is what it says.
     *
     * @return false for a device that may lose what it said was durable: then only failing closed can be asked for
     */
    default boolean honest() {
        return true;
    }

    /**
     * Tells whether its board can bind the Security record ({@link io.twinbank.hal.RootOfTrust#canBind}).
     *
     * @return true for a part with a replay-protected block
     */
    default boolean canBind() {
        return false;
    }

    /**
     * Makes the storage of a board.
     *
     * @param geometry the shape of each bank
     * @param isRunning tells whether a bank was booted
     * @param log through which every change goes
     * @return fresh and empty
     * @throws HalException if its cells can't be made
     */
    Storage make(FlashGeometry geometry, Predicate<BankId> isRunning, OperationLog log) throws HalException;
}

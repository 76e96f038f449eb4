// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

/** Decides what happens to a durable operation. Asked once for each, in order; must be deterministic. */
@FunctionalInterface
public interface Faults {
    /** When the power fails, if it does. */
    enum Moment {
        /** The operation is done, and the board lives on. */
        NEVER,
        /** The operation isn't done. */
        BEFORE,
        /** The operation is done, and its caller never learns of it. */
        AFTER
    }

    /**
     * Tells whether the power fails at an operation.
     *
     * @param operation the operation that is about to be done
     * @return when the power fails
     */
    Moment at(Operation operation);

    /**
     * Returns the faults of a quiet day.
     *
     * @return never any
     */
    static Faults none() {
        return operation -> Moment.NEVER;
    }
}

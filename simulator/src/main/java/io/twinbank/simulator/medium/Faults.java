// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import java.util.Optional;

/** Decides what happens to a durable operation. Asked once for each, in order; must be deterministic. */
@FunctionalInterface
public interface Faults {
    /**
     * Decides.
     *
     * @param operation the operation that is about to be done
     * @param change what it would do
     * @return what becomes of it
     */
    Fate at(Operation operation, Change change);

    /**
     * Decides what happens to a read of a medium.
     *
     * @return the error that it answers with; empty if it is good
     */
    default Optional<HalException.Kind> atRead() {
        return Optional.empty();
    }

    /**
     * Decides where a read of a medium really reads; asked after {@link #atRead}.
     *
     * @return how far from where it should, in bytes
     */
    default long readsAstray() {
        return 0;
    }

    /**
     * Returns the faults of a quiet day.
     *
     * @return never any
     */
    static Faults none() {
        return (operation, change) -> Fate.DONE;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import java.util.List;

/** What an operation does to durable state, and what a power cut in the middle may leave of it. */
public interface Change {
    /** Does it. */
    void whole() throws HalException;

    /**
     * Lists how a cut may tear it, besides {@link Tear#BEFORE} and {@link Tear#AFTER}.
     *
     * @return simplest first; empty for a change that is atomic
     */
    default List<Tear> tears() {
        return List.of();
    }

    /**
     * Does it in part; an atomic change not at all.
     *
     * @param tear one of {@link #tears()}, or any other that a schedule names
     * @throws HalException if it can't be done
     */
    default void torn(Tear tear) throws HalException {
        // whole or not at all
    }

    /**
     * Does it elsewhere.
     *
     * @param distance how far from there, in bytes
     * @throws HalException if it can't be done
     */
    default void misdirected(long distance) throws HalException {
        throw new IllegalArgumentException("this operation has no address to miss");
    }

    /** A change that is whole or not at all. */
    @FunctionalInterface
    interface Atomic extends Change {}
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The variables of a boot loader, which it and Linux both write. What they mean is the boot script's business. */
public interface BootVariables {
    /** A change, made while nobody else changes them, where the boot loader's tools keep to a lock. */
    @FunctionalInterface
    interface Change {
        /**
         * Changes them.
         *
         * @param variables as they are; may be changed
         * @throws HalException to leave them as they are
         */
        void on(SortedMap<String, String> variables) throws HalException;
    }

    /**
     * What was read.
     *
     * @param variables by name
     * @param redundant whether a power cut in a write can't lose them
     * @param damage what is wrong with the other copy, or nothing
     */
    record Contents(SortedMap<String, String> variables, boolean redundant, Optional<String> damage) {
        /** Copies the map. */
        public Contents {
            variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
        }
    }

    /**
     * Reads the variables.
     *
     * @return what counts
     * @throws HalException {@code IO} if they can't be read, or aren't good
     */
    Contents read() throws HalException;

    /**
     * Changes variables, durably: a power cut leaves those before or those after.
     *
     * @param change what to do
     * @return the variables afterwards
     * @throws HalException as {@link #read()}; {@code NO_SPACE} if they don't fit. What {@code IO} leaves behind is told by the next
     *     {@link #read()}
     */
    Contents change(Change change) throws HalException;
}

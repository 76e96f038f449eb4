// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

/**
 * State that survives a power cut. It can be saved and put back, any number of times and in any order, which is how an
 * explorer never runs a prefix twice: power cuts kill RAM, so durable state and a fresh agent are all there is.
 */
public interface Durable {
    /**
     * Saves.
     *
     * @return what {@link #restore} takes; immutable, and cheap where little changed since the last one
     */
    Object save();

    /**
     * Puts back.
     *
     * @param saved what {@link #save} returned, here or on another board made of the same parts
     */
    void restore(Object saved);

    /**
     * Adds whatever a later boot could tell apart. Two states of equal hash have the same future.
     *
     * @param hash which it adds to
     */
    void addTo(StateHash hash);
}

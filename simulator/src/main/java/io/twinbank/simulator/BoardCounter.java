// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.MonotonicCounter;

/** A counter with what only its board, its boot loader and an observer may do. */
public interface BoardCounter extends MonotonicCounter {
    /**
     * Reads the counter as the boot loader does, whether the board lives or not.
     *
     * @return its value
     * @throws java.io.UncheckedIOException if no good copy of it is left
     */
    long value();

    /**
     * Sets the counter past every rule, as the factory does; also lower than it was.
     *
     * @param next its value from now on
     */
    void value(long next);
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.HalException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Keeps a bank from being written that something else lives on. Asked at each {@code begin}, {@code erase} and {@code write}. */
@FunctionalInterface
interface Guard {
    /**
     * Lets a call pass.
     *
     * @param what the call, for the message
     * @throws HalException {@code LOCKED} with what was found and what to do; {@code IO} if it can't be told
     */
    void check(String what) throws HalException;

    default Guard and(Guard other) {
        return what -> {
            check(what);
            other.check(what);
        };
    }

    static Guard notRunning(Path bank, BooleanSupplier running) {
        return what -> {
            if (running.getAsBoolean()) {
                throw new HalException(HalException.Kind.LOCKED, what + ": bank " + bank + " is running");
            }
        };
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;

/** What becomes of an operation. */
public sealed interface Fate {
    /** It is done. */
    Fate DONE = new Done();

    /** It is done. */
    record Done() implements Fate {}

    /**
     * The power fails.
     *
     * @param tear how far the operation had come
     * @param survival what of the unflushed writes survives
     */
    record Cut(Tear tear, Survival survival) implements Fate {}

    /**
     * It answers with an error.
     *
     * @param kind the error
     * @param applied whether it was done all the same
     */
    record Fails(HalException.Kind kind, boolean applied) implements Fate {}

    /**
     * The JVM throws an error.
     *
     * @param memory whether memory is used up, else the stack
     * @param applied whether the operation was done before
     */
    record Throws(boolean memory, boolean applied) implements Fate {
        Error error(Operation operation) {
            String where = "at " + operation;
            return memory ? new Struck.OutOfMemory(where) : new Struck.StackOverflow(where);
        }
    }

    /** It answers that it is done, and isn't. */
    record Silent() implements Fate {}

    /**
     * It answers that it is done, and is done elsewhere.
     *
     * @param distance how far from there, in bytes
     */
    record Misdirected(long distance) implements Fate {}
}

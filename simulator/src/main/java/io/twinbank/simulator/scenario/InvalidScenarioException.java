// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import java.io.IOException;

/** A scenario file that doesn't say a scenario. */
public final class InvalidScenarioException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String found;
    private final String expected;

    InvalidScenarioException(int line, String found, String expected) {
        super("line " + line + ": found " + found + ", expected " + expected);
        this.line = line;
        this.found = found;
        this.expected = expected;
    }

    /**
     * Returns where.
     *
     * @return the line, counted from 1
     */
    public int line() {
        return line;
    }

    /**
     * Returns what is there.
     *
     * @return for people
     */
    public String found() {
        return found;
    }

    /**
     * Returns what should be there.
     *
     * @return for people
     */
    public String expected() {
        return expected;
    }
}

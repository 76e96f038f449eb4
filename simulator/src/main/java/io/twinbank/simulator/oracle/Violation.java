// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

/**
 * Something that must never happen, and did.
 *
 * @param oracle who says so, such as {@code S1}
 * @param message what was found and what was expected
 * @param countsUpTo the mildest strictness at which it is one
 */
public record Violation(String oracle, String message, Strictness countsUpTo) {
    /**
     * Makes a violation of what holds under any fault.
     *
     * @param oracle who says so
     * @param message what was found and what was expected
     */
    public Violation(String oracle, String message) {
        this(oracle, message, Strictness.FAIL_CLOSED);
    }

    /**
     * Tells whether it is one, given the faults.
     *
     * @param strictness how much can be asked
     * @return whether it counts
     */
    public boolean counts(Strictness strictness) {
        return strictness.compareTo(countsUpTo) <= 0;
    }

    @Override
    public String toString() {
        return oracle + ": " + message;
    }
}

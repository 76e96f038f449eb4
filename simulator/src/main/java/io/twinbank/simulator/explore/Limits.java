// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

/**
 * How far an exploration goes.
 *
 * @param depth how many power cuts strike one after another, at most
 * @param deduplicate whether a state that was seen isn't run again
 * @param tears whether cuts also strike in the middle of operations
 * @param cells whether the outcome of each first cut is kept, for a report
 */
public record Limits(int depth, boolean deduplicate, boolean tears, boolean cells) {
    /**
     * Every single cut, torn ones too.
     *
     * @return the limits
     */
    public static Limits single() {
        return new Limits(1, true, true, true);
    }

    /**
     * Every sequence of cuts up to a depth, torn ones too.
     *
     * @param depth at least 1
     * @return the limits
     */
    public static Limits depth(int depth) {
        return new Limits(depth, true, true, true);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where agents were led.
 *
 * @param rows the rows of the update table and of the start-up table that they took
 * @param outcomes the outcomes that they told, such as {@code Installed}
 */
public record Reached(SortedSet<String> rows, SortedSet<String> outcomes) {
    /** Nowhere. */
    public static final Reached NOTHING = new Reached(new TreeSet<>(), new TreeSet<>());

    public Reached {
        rows = Collections.unmodifiableSortedSet(new TreeSet<>(rows));
        outcomes = Collections.unmodifiableSortedSet(new TreeSet<>(outcomes));
    }
}

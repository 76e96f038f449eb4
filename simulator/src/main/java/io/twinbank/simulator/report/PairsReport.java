// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import java.util.List;

/**
 * What pairs of cuts came to.
 *
 * @param rows for each first cut, in the order of operations, a letter for each second cut, counted in operations since the
 *     first: the {@link Outcome#symbol()} of the worst outcome over all variants, or {@link #NONE}
 */
public record PairsReport(List<String> rows) {
    /** The letter where there was nothing to cut: the recovery had fewer operations. */
    public static final char NONE = '.';

    public PairsReport {
        rows = List.copyOf(rows);
        rows.forEach(row -> row.chars().filter(letter -> letter != NONE).forEach(Outcome::ofSymbol));
    }
}

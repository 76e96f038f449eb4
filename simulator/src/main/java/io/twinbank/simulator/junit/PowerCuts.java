// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.junit;

import io.twinbank.simulator.explore.Exploration.Cell;
import java.util.List;

/**
 * What became of the faults in a phase.
 *
 * @param phase in which the first fault strikes, such as {@code TRIAL}
 * @param cells what became of each first fault in it
 */
public record PowerCuts(String phase, List<Cell> cells) {
    public PowerCuts {
        cells = List.copyOf(cells);
    }
}

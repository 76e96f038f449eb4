// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.simulator.explore.Exploration;
import io.twinbank.simulator.explore.Explorer;
import io.twinbank.simulator.explore.Limits;
import io.twinbank.simulator.explore.Setting;

public enum Search {
    QUIET(0),
    SINGLE(1),
    PAIRS(2);

    private final int depth;

    Search(int depth) {
        this.depth = depth;
    }

    Exploration explore(Setting setting) {
        return new Explorer(setting, Limits.depth(depth).withoutCells()).explore();
    }
}

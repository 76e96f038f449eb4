// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import io.twinbank.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the oracles found, each thing once. */
final class Findings {
    /** A bug that shows at every message needs no more to be seen. */
    private static final int MOST = 50;

    private final VirtualTime time;
    private final List<Finding> all = new ArrayList<>();

    Findings(VirtualTime time) {
        this.time = time;
    }

    void add(String oracle, String detail) {
        if (all.size() < MOST) {
            all.add(new Finding(oracle, detail + ", at " + Duration.ofNanos(time.nanos())));
        }
    }

    void require(boolean holds, String oracle, String detail) {
        if (!holds) {
            add(oracle, detail);
        }
    }

    List<Finding> all() {
        return List.copyOf(all);
    }
}

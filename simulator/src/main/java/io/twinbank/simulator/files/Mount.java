// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How a volume is mounted, and what the kernel knows of it that no medium keeps.
 *
 * @param flaws of the programs
 * @param capacityBytes how much all files can hold
 * @param locks who holds the lock on a node
 */
record Mount(Set<Flaw> flaws, long capacityBytes, Map<Integer, SimChannel> locks) {
    Mount(Set<Flaw> flaws, long capacityBytes) {
        this(Set.copyOf(flaws), capacityBytes, new HashMap<>());
    }
}

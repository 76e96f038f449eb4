// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How a volume is mounted, and what the kernel knows of it that no medium keeps.
 *
 * @param flaws of the programs
 * @param capacityBytes how much all files can hold
 * @param locks who holds the lock on a node
 * @param devices what opens the device at a path
 */
record Mount(
        Set<Flaw> flaws,
        long capacityBytes,
        Map<Integer, SimChannel> locks,
        Map<String, Supplier<DeviceChannel>> devices) {
    Mount(Set<Flaw> flaws, long capacityBytes) {
        this(flaws, capacityBytes, Map.of());
    }

    Mount(Set<Flaw> flaws, long capacityBytes, Map<String, Supplier<DeviceChannel>> devices) {
        this(Set.copyOf(flaws), capacityBytes, new HashMap<>(), Map.copyOf(devices));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import java.util.Optional;

/**
 * What became of a seeded bug.
 *
 * @param bug the bug
 * @param seed the seed by which it was noticed, or the last one tried
 * @param finding the first that one of its oracles made; empty if none did
 */
public record NetworkHunt(NetworkBug bug, long seed, Optional<Finding> finding) {
    /**
     * Hunts a bug until one of its oracles notices it.
     *
     * @param bug the bug
     * @param first the first seed
     * @param last the last seed
     * @param faults how many strike with each
     * @return what became of it
     */
    public static NetworkHunt of(NetworkBug bug, long first, long last, int faults) {
        for (long seed = first; seed <= last; seed++) {
            Optional<Finding> finding = new NetworkRun(seed, faults, Optional.of(bug), struck -> {})
                    .run().findings().stream()
                            .filter(each -> bug.oracles().contains(each.oracle()))
                            .findFirst();
            if (finding.isPresent()) {
                return new NetworkHunt(bug, seed, finding);
            }
        }
        return new NetworkHunt(bug, last, Optional.empty());
    }

    /**
     * Tells whether it was noticed.
     *
     * @return whether one of its oracles did
     */
    public boolean killed() {
        return finding.isPresent();
    }

    @Override
    public String toString() {
        return bug.id() + ", seed " + seed + ": "
                + finding.map(Finding::toString).orElse("NOT NOTICED");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.simulator.explore.Setting;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A seeded bug.
 *
 * @param id such as {@code M09}; up to M54 as docs/simulator.md has them
 * @param about what is wrong
 * @param oracles who must notice: one of them is enough
 * @param search the cheapest search in which they do
 * @param sound makes the setting without the bug, in which the same search finds nothing
 * @param bug puts the bug into it
 */
public record Mutant(
        String id,
        String about,
        Set<String> oracles,
        Search search,
        Supplier<Setting> sound,
        UnaryOperator<Setting> bug) {
    public Mutant {
        oracles = Set.copyOf(oracles);
    }

    @Override
    public String toString() {
        return id + ": " + about;
    }
}

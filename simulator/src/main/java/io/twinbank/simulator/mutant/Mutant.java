// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.simulator.explore.Exploration.Failure;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.oracle.Violation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A seeded bug.
 *
 * @param id such as {@code M09}; up to M54 as docs/simulator.md has them
 * @param about what is wrong
 * @param oracles who must notice: one of them is enough
 * @param mode the cheapest way to search in which they do
 * @param offs what happens while the power is off, where that is all that the mode does; empty for the whole mode
 * @param sound makes the setting without the bug, in which the same search finds nothing
 * @param bug puts the bug into it
 */
public record Mutant(
        String id,
        String about,
        Set<String> oracles,
        Mode mode,
        List<Fault.Off> offs,
        Supplier<Setting> sound,
        UnaryOperator<Setting> bug) {
    public Mutant {
        oracles = Set.copyOf(oracles);
        offs = List.copyOf(offs);
    }

    Mutant(
            String id,
            String about,
            Set<String> oracles,
            Mode mode,
            Supplier<Setting> sound,
            UnaryOperator<Setting> bug) {
        this(id, about, oracles, mode, List.of(), sound, bug);
    }

    /** Returns the same bug, hunted in another mode. */
    Mutant in(Mode other) {
        return new Mutant(id, about, oracles, other, sound, bug);
    }

    /** Returns the first of its oracles that complains. */
    Optional<String> killer(Failure failure) {
        return failure.violations().stream()
                .map(Violation::oracle)
                .filter(oracles::contains)
                .findFirst();
    }

    @Override
    public String toString() {
        return id + ": " + about;
    }
}

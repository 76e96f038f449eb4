// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.simulator.explore.Exploration;
import io.twinbank.simulator.explore.Exploration.Failure;
import io.twinbank.simulator.oracle.Violation;
import java.util.List;
import java.util.Optional;

/**
 * What became of a seeded bug.
 *
 * @param mutant the bug
 * @param failure the first schedule at which an oracle noticed it that had to; empty if none did
 * @param others who noticed besides, with an oracle that the bug doesn't name
 * @param falseAlarms what the same search finds without the bug
 * @param seconds how long it took
 */
public record MutantRun(
        Mutant mutant, Optional<Failure> failure, List<String> others, List<Failure> falseAlarms, double seconds) {
    /**
     * Hunts a seeded bug.
     *
     * @param mutant the bug
     * @return whether it was noticed
     */
    public static MutantRun of(Mutant mutant) {
        Exploration buggy =
                mutant.search().explore(mutant.bug().apply(mutant.sound().get()));
        Exploration sound = mutant.search().explore(mutant.sound().get());
        Optional<Failure> failure = buggy.failures().stream()
                .filter(found -> killer(mutant, found).isPresent())
                .findFirst();
        List<String> others = buggy.failures().stream()
                .flatMap(found -> found.violations().stream())
                .map(Violation::oracle)
                .filter(oracle -> !mutant.oracles().contains(oracle))
                .distinct()
                .sorted()
                .toList();
        return new MutantRun(mutant, failure, others, sound.failures(), buggy.seconds() + sound.seconds());
    }

    private static Optional<String> killer(Mutant mutant, Failure failure) {
        return failure.violations().stream()
                .map(Violation::oracle)
                .filter(mutant.oracles()::contains)
                .findFirst();
    }

    /**
     * Tells whether it was noticed.
     *
     * @return whether one of its oracles did
     */
    public boolean killed() {
        return failure.isPresent();
    }

    /**
     * Tells who noticed it.
     *
     * @return such as {@code S6}; empty if none of its oracles did
     */
    public String killedBy() {
        return failure.flatMap(found -> killer(mutant, found)).orElse("");
    }

    @Override
    public String toString() {
        return mutant.id() + " " + (killed() ? "killed by " + killedBy() : "ALIVE") + " in " + mutant.search() + ", "
                + String.format("%.2f s", seconds)
                + failure.map(found -> ": " + found).orElse("") + others
                + (falseAlarms.isEmpty() ? "" : ", false alarms: " + falseAlarms);
    }
}

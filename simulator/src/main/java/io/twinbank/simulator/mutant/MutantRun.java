// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.simulator.explore.Exploration.Failure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What became of a seeded bug.
 *
 * @param mutant the bug
 * @param failure the first schedule found in which an oracle that had to notice it did; empty if there is none
 * @param falseAlarms what the same search finds without the bug; nothing, from a simulator that is right
 * @param seconds how long it took
 */
public record MutantRun(Mutant mutant, Optional<Failure> failure, List<Failure> falseAlarms, double seconds) {
    public MutantRun {
        falseAlarms = List.copyOf(falseAlarms);
    }

    /**
     * Hunts a seeded bug.
     *
     * @param mutant the bug
     * @return whether it was noticed
     */
    public static MutantRun of(Mutant mutant) {
        return new Hunt().run(mutant);
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
        return failure.flatMap(mutant::killer).orElse("");
    }

    /**
     * Returns the schedule in which it was noticed.
     *
     * @return empty if it wasn't
     */
    public String replay() {
        return failure.map(found -> found.schedule().toString()).orElse("");
    }

    @Override
    public String toString() {
        return String.format(
                        Locale.ROOT,
                        "%s in mode %s, %.2f s: ",
                        mutant.id(),
                        mutant.mode().text(),
                        seconds)
                + failure.map(found -> "killed by " + killedBy() + ", " + found).orElse("ALIVE")
                + (falseAlarms.isEmpty() ? "" : ", false alarms: " + falseAlarms);
    }
}

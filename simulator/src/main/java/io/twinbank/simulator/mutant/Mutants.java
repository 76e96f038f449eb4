// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The seeded bugs. */
public final class Mutants {
    private Mutants() {}

    /**
     * Returns all of them.
     *
     * @return in the order of their ids
     */
    public static List<Mutant> all() {
        return Stream.of(
                        BankMutants.all(),
                        BindingMutants.all(),
                        ClockMutants.all(),
                        ComponentMutants.all(),
                        CommandMutants.all(),
                        DownloadMutants.all(),
                        EnvironmentMutants.all(),
                        HandshakeMutants.all(),
                        LoaderMutants.all(),
                        MemoryMutants.all(),
                        CounterMutants.all(),
                        FileMutants.all(),
                        FrameMutants.all(),
                        DeltaMutants.all(),
                        RecordMutants.all(),
                        ReportMutants.all(),
                        SiteMutants.all(),
                        StoreMutants.all(),
                        TrustMutants.all())
                .flatMap(List::stream)
                .sorted(Comparator.comparingInt(Mutants::number).thenComparing(Mutant::id))
                .toList();
    }

    private static int number(Mutant mutant) {
        return Integer.parseInt(mutant.id().replaceAll("\\D", ""));
    }

    /**
     * Returns one of them.
     *
     * @param id such as {@code M09}
     * @return the bug
     * @throws IllegalArgumentException if there is none of that id
     */
    public static Mutant named(String id) {
        return all().stream()
                .filter(mutant -> mutant.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no seeded bug '" + id + "'"));
    }
}

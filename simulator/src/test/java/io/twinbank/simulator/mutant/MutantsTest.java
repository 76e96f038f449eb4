// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MutantsTest {
    static List<Mutant> all() {
        return Mutants.all();
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("all")
    void run_eachMutant_isKilledWithoutFalseAlarm(Mutant mutant) {
        assertKilled(mutant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"M01", "M04", "M07", "M09", "M22", "M27", "M42", "M51"})
    void run_someOfEachKind_areKilledWithoutFalseAlarm(String id) {
        assertKilled(Mutants.named(id));
    }

    private static void assertKilled(Mutant mutant) {
        MutantRun run = MutantRun.of(mutant);

        assertTrue(run.killed(), run::toString);
        assertTrue(mutant.oracles().contains(run.killedBy()), run::toString);
        assertEquals(List.of(), run.falseAlarms());
    }

    @Test
    void named_unknown_saysSo() {
        assertThrows(IllegalArgumentException.class, () -> Mutants.named("M00"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.SignatureMemory;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MutantsTest {
    @BeforeAll
    static void rememberSignatures() {
        SignatureMemory.install();
    }

    static List<Mutant> all() {
        return Mutants.all();
    }

    /** Only here for what the sweeps without bugs cost, which many share. */
    private static final Hunt HUNT = new Hunt();

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("all")
    void run_eachMutant_isKilledWithoutFalseAlarm(Mutant mutant) {
        assertKilled(mutant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "M01", "M09", "M15", "M22", "M27", "M33", "M42", "M47", "M51", "M60", "M66", "M71", "M76", "M81", "M90",
                "M94", "M97", "M99", "M102", "M106", "M109", "M114", "M117", "M119"
            })
    void run_someOfEachKind_areKilledWithoutFalseAlarm(String id) {
        assertKilled(Mutants.named(id));
    }

    /** The modes that every reader of the table takes for cheaper, in this order. */
    private static final List<Mode> CHEAPEST_FIRST = List.of(Mode.QUIET, Mode.SINGLE, Mode.PAIRS);

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("all")
    void run_inACheaperMode_isNotNoticed(Mutant mutant) {
        int own = CHEAPEST_FIRST.indexOf(mutant.mode());

        for (Mode cheaper : CHEAPEST_FIRST.subList(0, own < 0 ? 1 : own)) {
            MutantRun run = HUNT.run(mutant.in(cheaper));

            assertFalse(run.killed(), run::toString);
        }
    }

    private static void assertKilled(Mutant mutant) {
        MutantRun run = HUNT.run(mutant);

        assertTrue(run.killed(), run::toString);
        assertTrue(mutant.oracles().contains(run.killedBy()), run::toString);
        assertEquals(List.of(), run.falseAlarms());
    }

    @Test
    void all_areAtLeastFiftyWithIdsOfTheirOwn() {
        long ids = Mutants.all().stream().map(Mutant::id).distinct().count();

        assertEquals(Mutants.all().size(), ids);
        assertTrue(ids >= 50, ids + " seeded bugs");
    }

    @Test
    void named_unknown_saysSo() {
        assertThrows(IllegalArgumentException.class, () -> Mutants.named("M00"));
    }
}

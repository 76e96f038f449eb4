// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.boot.IdealLoader;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.Scenarios;
import io.twinbank.simulator.scenario.World;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgesTest {
    /** The schemas in which the journal was kept, one after another. */
    private static List<Integer> schemas(Scenario scenario) throws Exception {
        List<Integer> schemas = new ArrayList<>();
        try (World world = new World(scenario, IdealChip.keeping(), host -> new IdealLoader(host, 7), new Ages())) {
            world.board().faults((operation, change) -> {
                note(world, schemas);
                return Fate.DONE;
            });
            while (world.live().isEmpty()) {
                note(world, schemas);
            }
            note(world, schemas);
        }
        return schemas;
    }

    private static void note(World world, List<Integer> schemas) {
        try {
            if (world.board().storage().records().peek(StateKey.JOURNAL) instanceof StateStore.Found found) {
                int schema = found.record()[1];
                if (schemas.isEmpty() || schemas.get(schemas.size() - 1) != schema) {
                    schemas.add(schema);
                }
            }
        } catch (HalException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void newerAgent_afterConfirm_migratesTheJournal() throws Exception {
        assertEquals(List.of(1, 2), schemas(Scenarios.named("newer-agent")));
    }

    @Test
    void newerAgent_rolledBack_neverWroteItsOwnSchema() throws Exception {
        assertEquals(List.of(1), schemas(Scenarios.named("newer-agent-rollback")));
    }

    @Test
    void olderAgent_inItsTrial_keepsTheNewerJournal() throws Exception {
        assertEquals(List.of(2, 1), schemas(Scenarios.named("older-agent")));
    }
}

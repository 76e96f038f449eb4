// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.CounterId;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.UpdateScenario.World;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both copies of the boot loader's variables are lost together with the power, at any operation of an update. */
class LostVariablesTest {
    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"WORKS", "FAILS_SELF_TEST", "NEVER_STARTS"})
    void update_variablesLostAtAnyOperation_neverBreaksOrLies(Behaviour behaviour) throws IOException {
        UpdateScenario scenario = new UpdateScenario(behaviour);
        World quiet = scenario.begin(Schedule.NONE, true);
        quiet.run();

        for (long operation = 1; operation <= quiet.board().log().count(); operation++) {
            World world = losingVariablesAt(scenario, operation);
            String at = "at operation " + operation + ": " + world.server().outcomes();
            assertEquals(Ending.AT_REST, world.run().ending(), at);
            boolean installed = permanentVersion(world).equals(scenario.offered.version());
            assertEquals(installed, outcomes(world).contains("Installed"), at);
            assertEquals(List.of(), world.board().log().findings(), at);
        }
    }

    @Test
    void commit_variablesLostAfterTheCounterFollowed_isInstalledAllTheSame() throws IOException {
        UpdateScenario scenario = new UpdateScenario(Behaviour.WORKS);
        World quiet = scenario.begin(Schedule.NONE, true);
        quiet.run();
        long advance = quiet.board().log().trace().stream()
                .filter(operation -> operation.part() == Operation.Part.COUNTER)
                .findFirst()
                .orElseThrow()
                .number();

        World world = losingVariablesAt(scenario, advance + 1);

        assertEquals(Ending.AT_REST, world.run().ending());
        assertEquals(2, world.board().counterValue(CounterId.SECURITY_VERSION));
        assertEquals(List.of("Installed"), outcomes(world));
        assertTrue(
                world.gateway().events().toString().contains("row=13b"),
                world.gateway().events()::toString);
    }

    private static World losingVariablesAt(UpdateScenario scenario, long at) throws IOException {
        World world = scenario.begin(Schedule.NONE, true);
        world.board().faults((operation, change) -> {
            if (operation.number() != at) {
                return Fate.DONE;
            }
            lose(world.board());
            return new Fate.Cut(Tear.BEFORE, Survival.NONE);
        });
        return world;
    }

    private static void lose(SimulatedBoard board) {
        try {
            board.loseBootVariables();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String permanentVersion(World world) throws IOException {
        return world.board()
                .header(world.board().permanentBank().orElseThrow())
                .orElseThrow()
                .spec()
                .version();
    }

    private static List<String> outcomes(World world) {
        return world.server().outcomes().values().stream()
                .flatMap(reports -> reports.stream().map(UpdateOracles::outcomeOf))
                .toList();
    }
}

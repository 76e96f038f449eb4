// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.SimulatedGateway.Run;
import io.twinbank.simulator.UpdateScenario.World;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Operation.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The record that names the fallback's image is lost while a bad image is on trial. */
class LostEnvelopeTest {
    private final UpdateScenario scenario = new UpdateScenario(Behaviour.FAILS_SELF_TEST);

    @Test
    void trialFails_fallbackIsGood_theBootLoaderJudgesItAndItRunsAgain() throws IOException {
        World world = losingTheFallbacksEnvelope(board -> {});

        Run run = world.run();

        assertEquals(Ending.AT_REST, run.ending(), run.detail());
        assertEquals(BankId.A, world.board().permanentBank().orElseThrow());
        assertTrue(told(world).contains("RolledBack"), told(world)::toString);
    }

    @Test
    void trialFails_fallbackIsSpoiled_endsWithTheOnlyBankThatBoots() throws IOException {
        World world = losingTheFallbacksEnvelope(LostEnvelopeTest::spoilTheFallback);

        Run run = world.run();

        assertEquals(Ending.AT_REST, run.ending(), run.detail());
        assertEquals(BankId.B, world.board().permanentBank().orElseThrow());
        assertTrue(told(world).contains("Failed"), told(world)::toString);
        assertTrue(run.boots() <= 5, run.boots() + " boots");
    }

    /** Lost when the trial is armed; what happens besides happens when the bank on trial is given up. */
    private World losingTheFallbacksEnvelope(Consumer<SimulatedBoard> besides) throws IOException {
        World world = scenario.begin(Schedule.NONE, true);
        world.board().faults((operation, change) -> {
            if (operation.part() == Part.BOOT_CONTROL && operation.toString().contains("armTrial")) {
                damage(world.board());
            } else if (operation.part() == Part.BOOT_CONTROL
                    && operation.toString().contains("disarm")) {
                besides.accept(world.board());
            }
            return Fate.DONE;
        });
        return world;
    }

    private static void damage(SimulatedBoard board) {
        try {
            board.damage(StateKey.MANIFEST_A, new StateStore.Corrupt("both copies"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The header stays good, so only the digest tells. */
    private static void spoilTheFallback(SimulatedBoard board) {
        try {
            board.bankOf(BankId.A).poke(SimImage.HEADER_BYTES + 1, ByteBuffer.wrap(new byte[] {0x55, 1, 2}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> told(World world) {
        return world.server().outcomes().values().stream()
                .flatMap(reports -> reports.stream().map(UpdateScenario::outcomeOf))
                .toList();
    }
}

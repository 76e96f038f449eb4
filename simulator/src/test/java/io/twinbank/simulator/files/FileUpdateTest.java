// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Exploration;
import io.twinbank.simulator.explore.Explorer;
import io.twinbank.simulator.explore.Limits;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.World;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole update with everything in files, cut at every operation in every way. */
class FileUpdateTest {
    @Test
    void update_onFatCutAtEveryOperation_neverBreaksTheGateway() {
        explore(Semantics.WEAK, Behaviour.WORKS);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "ORDERED,WORKS",
        "ORDERED,FAILS_SELF_TEST",
        "ORDERED,NEVER_STARTS",
        "WEAK,FAILS_SELF_TEST",
        "WEAK,NEVER_STARTS",
    })
    void update_cutAtEveryOperation_neverBreaksTheGateway(Semantics semantics, Behaviour behaviour) {
        explore(semantics, behaviour);
    }

    private static void explore(Semantics semantics, Behaviour behaviour) {
        Exploration found =
                new Explorer(setting(new FileProfile(semantics, Set.of()), behaviour), Limits.depth(1)).explore();

        assertEquals(List.of(), found.failures());
        assertTrue(found.isGood());
        assertTrue(found.cuts() > 400, found.cuts() + " cuts");
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(
            value = Flaw.class,
            names = {"NO_FILE_FORCE", "NO_DIRECTORY_FORCE"})
    void update_withoutForce_isFound(Flaw flaw) {
        FileProfile flawed = FileProfile.ext4().with(flaw);

        Exploration found = new Explorer(setting(flawed, Behaviour.WORKS), Limits.depth(1)).explore();

        assertNotEquals(List.of(), found.failures());
    }

    @ParameterizedTest
    @EnumSource(
            value = Flaw.class,
            names = {"FORCE_ERROR_IGNORED", "FORCE_RETRIED"})
    void update_failedForceBelieved_isFoundAndTheShippedAgentIsNot(Flaw flaw) throws HalException {
        FileProfile shipped = FileProfile.ext4();
        List<Operation> quiet = runFailing(shipped, Long.MAX_VALUE).trace();
        for (String call : List.of("invalidate B", "sync")) {
            long force = quiet.stream()
                    .filter(operation ->
                            operation.name().equals("force") && operation.call().equals(call))
                    .findFirst()
                    .orElseThrow()
                    .number();

            assertEquals(List.of(), runFailing(shipped, force).findings(), call);
            assertNotEquals(List.of(), runFailing(shipped.with(flaw), force).findings(), call);
        }
    }

    /** Runs an update in which one operation fails. */
    private static OperationLog runFailing(FileProfile profile, long operation) throws HalException {
        try (World world = setting(profile, Behaviour.WORKS).world()) {
            Fate.Fails failure = new Fate.Fails(HalException.Kind.IO, false);
            world.board().faults((next, change) -> next.number() == operation ? failure : Fate.DONE);
            Optional<Ending> ending = Optional.empty();
            while (ending.isEmpty()) {
                ending = world.live();
            }
            return world.board().log();
        }
    }

    private static Setting setting(FileProfile profile, Behaviour behaviour) {
        Scenario scenario = Scenario.named("update").offer("2.0", behaviour).build();
        return Setting.of(profile, BootLoaders.named("ideal"), scenario);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.FlashGeometry;
import io.twinbank.simulator.UpdateScenario.World;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.profile.Profiles;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every profile carries a whole board through a whole update. */
class ProfilesTest {
    static Stream<String> names() {
        return Profiles.all().stream().map(Profile::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void update_onAnyProfile_endsWithoutFindings(String name) throws IOException {
        for (Behaviour behaviour : List.of(Behaviour.WORKS, Behaviour.FAILS_SELF_TEST)) {
            UpdateScenario scenario = new UpdateScenario(behaviour);
            World world = scenario.begin(Schedule.NONE, Profiles.named(name));

            List<String> violations =
                    Profiles.named(name).honest() ? UpdateOracles.judge(scenario, world, 0) : withoutACut(world);

            assertEquals(List.of(), violations);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void saveAndRestore_onAnyProfile_isTheSameState(String name) throws IOException {
        World world = new UpdateScenario(Behaviour.WORKS).begin(Schedule.NONE, Profiles.named(name));
        Object before = world.board().save();
        StateHash.Key hashBefore = hashOf(world.board());
        world.run();
        Object after = world.board().save();
        StateHash.Key hashAfter = hashOf(world.board());

        world.board().restore(before);
        assertEquals(hashBefore, hashOf(world.board()));
        world.board().restore(after);
        assertEquals(hashAfter, hashOf(world.board()));
        assertTrue(!hashBefore.equals(hashAfter));
    }

    @ParameterizedTest
    @MethodSource("names")
    void bank_forAnImage_isTheSmallestThatHoldsIt(String name) {
        FlashGeometry geometry = Profiles.named(name).bank(100_001);

        assertTrue(geometry.capacityBytes() >= 100_001);
        assertTrue(geometry.capacityBytes() - geometry.eraseSizeBytes() < 100_001);
    }

    @Test
    void all_names_areDifferent() {
        assertEquals(Profiles.all().size(), names().distinct().count());
    }

    @Test
    void named_unknown_saysWhichThereAre() {
        assertSame(Profiles.all().get(1), Profiles.named(Profiles.all().get(1).name()));
        String message = assertThrows(IllegalArgumentException.class, () -> Profiles.named("core"))
                .getMessage();
        assertTrue(message.contains("nor-w25q128jv"), message);
    }

    /** Nobody can say what a power cycle leaves of a device that lies. */
    private static List<String> withoutACut(World world) throws IOException {
        assertEquals(SimulatedGateway.Ending.AT_REST, world.run().ending());
        return world.board().log().findings();
    }

    private static StateHash.Key hashOf(SimulatedBoard board) {
        StateHash hash = new StateHash();
        board.addTo(hash);
        return hash.key();
    }
}

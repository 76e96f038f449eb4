// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.FlashGeometry;
import io.twinbank.simulator.UpdateScenario.World;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Replay;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
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
        for (String scenario : List.of("update", "rollback")) {
            Setting setting = Setting.of(Profiles.named(name), BootLoaders.named("ideal"), Scenarios.named(scenario));

            Replay quiet = Replay.of(setting, Schedule.NONE);

            assertEquals(List.of(), quiet.violations());
            assertEquals(
                    setting.scenario().expected().version(), quiet.verdict().permanent());
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
    private static StateHash.Key hashOf(SimulatedBoard board) {
        StateHash hash = new StateHash();
        board.addTo(hash);
        return hash.key();
    }
}

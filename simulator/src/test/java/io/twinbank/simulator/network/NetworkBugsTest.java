// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkBugsTest {
    private static final int MOST_SEEDS = 10;
    private static final int FAULTS = 200;

    @ParameterizedTest
    @Tag("slow")
    @MethodSource("all")
    void hunt_eachBug_isNoticedByItsOracle(NetworkBug bug) {
        NetworkHunt hunt = NetworkHunt.of(bug, 1, MOST_SEEDS, FAULTS);

        assertTrue(hunt.killed(), hunt.toString());
    }

    @ParameterizedTest
    @MethodSource("quick")
    void hunt_bugThatShowsSoon_isNoticedByItsOracle(NetworkBug bug) {
        NetworkHunt hunt = NetworkHunt.of(bug, 1, 3, 60);

        assertTrue(hunt.killed(), hunt.toString());
    }

    @Test
    void all_ids_areInOrderAndOnce() {
        List<String> ids = NetworkBugs.all().stream().map(NetworkBug::id).toList();

        assertEquals(ids.stream().sorted().distinct().toList(), ids);
    }

    static Stream<NetworkBug> all() {
        return NetworkBugs.all().stream();
    }

    static Stream<NetworkBug> quick() {
        return Stream.of("NB02", "NB04", "NB05", "NB06", "NB11").map(NetworkBugs::named);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class NetworkRunTest {
    @Test
    void run_shippedAgent_losesNothingAndRepeatsNothing() {
        NetworkResult result = new NetworkRun(1, 150).run();

        assertEquals(List.of(), result.findings(), result.toString());
        assertEquals(150, result.faults());
        assertTrue(result.acknowledged() > 50, result.toString());
        assertTrue(result.installed() > 10, result.toString());
        assertTrue(result.receivedAgain() > 0, result.toString());
        assertTrue(result.refused() > 0, result.toString());
        assertTrue(result.settledAfter().compareTo(Duration.ofMinutes(10)) < 0, result.toString());
    }

    @Test
    void run_sameSeed_doesTheSame() {
        assertEquals(new NetworkRun(7, 40).run(), new NetworkRun(7, 40).run());
    }

    @Test
    @Tag("slow")
    void run_manySeeds_everyFaultStrikesAndNothingIsFound() {
        Set<NetworkFault> struck = EnumSet.noneOf(NetworkFault.class);
        LongStream.rangeClosed(1, 10).forEach(seed -> {
            NetworkResult result = new NetworkRun(seed, 250).run();
            assertEquals(List.of(), result.findings(), result.toString());
            struck.addAll(result.kinds().keySet());
        });

        assertEquals(EnumSet.allOf(NetworkFault.class), struck);
    }
}

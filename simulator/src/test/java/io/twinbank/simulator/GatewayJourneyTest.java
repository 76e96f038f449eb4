// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.Offer;
import io.twinbank.core.UpdateState;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.UpdateScenario.World;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Fate;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The agent on the simulated gateway, with a network that fails instead of the power. */
class GatewayJourneyTest {
    private final UpdateScenario scenario = new UpdateScenario(Behaviour.WORKS);
    private World world;

    @BeforeEach
    void prepare() throws IOException {
        world = scenario.begin(Schedule.NONE, true);
    }

    @Test
    void download_connectionBreaks_goesOnWhereItStopped() throws IOException {
        world.server().breakAfter(10_000);

        assertEquals(Ending.AT_REST, world.run().ending());

        assertEquals(List.of("Installed"), outcomes());
        assertEquals(UpdateScenario.IMAGE_BYTES, world.server().bytesServed());
        assertTrue(world.gateway().events().stream().anyMatch(AgentEvent.DownloadInterrupted.class::isInstance));
    }

    @Test
    void report_whileOffline_isDeliveredOnceTheNetworkIsBack() throws IOException {
        world.board().faults((operation, change) -> {
            if (operation.name().equals("confirm")) {
                world.server().online(false);
            }
            return Fate.DONE;
        });

        assertEquals(Ending.WAITING, world.run().ending());
        assertEquals(Map.of(), world.server().outcomes());
        assertEquals(1, world.gateway().agent().orElseThrow().status().pendingReports());

        world.server().online(true);

        assertEquals(Ending.AT_REST, world.run().ending());
        assertEquals(List.of("Installed"), outcomes());
    }

    @Test
    void offer_notAuthentic_writesNothing() throws IOException {
        world.server().offer(new Offer.Envelope(new byte[100]));
        world.run();
        long operations = world.board().log().count();

        byte[] forged = scenario.offered.envelope();
        forged[forged.length - 1] ^= 1;
        world.server().offer(new Offer.Envelope(forged));
        world.run();

        assertEquals(operations, world.board().log().count());
        assertEquals(2, world.gateway().agent().orElseThrow().status().notAuthentic());
        assertEquals(
                UpdateState.IDLE, world.gateway().agent().orElseThrow().status().state());
        assertEquals(Map.of(), world.server().outcomes());
    }

    private List<String> outcomes() {
        return world.server().outcomes().values().stream()
                .flatMap(reports -> reports.stream().map(UpdateScenario::outcomeOf))
                .toList();
    }
}

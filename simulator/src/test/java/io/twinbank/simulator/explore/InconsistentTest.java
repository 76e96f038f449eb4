// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.twinbank.core.AgentEvent;
import io.twinbank.core.ComponentState;
import io.twinbank.core.ComponentState.Holds;
import io.twinbank.core.Outcome;
import io.twinbank.core.spi.ComponentHandler;
import io.twinbank.simulator.AgentVariant;
import io.twinbank.simulator.ForwardingComponent;
import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.scenario.Scenarios;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A component that can't be reverted for good: what it holds is told, and nobody is lied to. */
class InconsistentTest {
    @Test
    void replay_componentsAloneThatCannotBeReverted_areToldToBeInconsistent() {
        Replay replay = replay("components-alone-rollback");

        assertEquals(List.of(new ComponentState("config", Holds.NEW)), inconsistent(replay));
        assertNobodyIsLiedTo(replay);
    }

    @Test
    void replay_componentThatCannotBeRevertedWithItsImage_isToldToBeInconsistent() {
        Replay replay = replay("components");

        assertEquals(
                List.of(new ComponentState("os", Holds.OLD), new ComponentState("config", Holds.NEW)),
                inconsistent(replay));
        assertNobodyIsLiedTo(replay);
    }

    private static Replay replay(String scenario) {
        Setting setting = Setting.of(IdealChip.losing(), BootLoaders.named("ideal"), Scenarios.named(scenario))
                .with(new AgentVariant() {
                    @Override
                    public ComponentHandler component(SimulatedBoard board, ComponentHandler handler) {
                        return new OneWay(handler);
                    }
                });
        return Replay.of(setting, Schedule.NONE);
    }

    private static List<ComponentState> inconsistent(Replay replay) {
        return replay.events().stream()
                .filter(AgentEvent.Ended.class::isInstance)
                .map(event -> ((AgentEvent.Ended) event).outcome())
                .filter(Outcome.Inconsistent.class::isInstance)
                .map(outcome -> ((Outcome.Inconsistent) outcome).components())
                .findFirst()
                .orElseThrow(() -> new AssertionError("not told: " + replay.events()));
    }

    private static void assertNobodyIsLiedTo(Replay replay) {
        for (String oracle : List.of("S15", "S16", "S17", "S21", "L2", "L4")) {
            assertFalse(replay.violates(oracle), replay.violations()::toString);
        }
    }

    private static final class OneWay extends ForwardingComponent {
        OneWay(ComponentHandler handler) {
            super(handler);
        }

        @Override
        public void revert(Change change) throws IOException {
            throw new IOException("it is read-only");
        }
    }
}

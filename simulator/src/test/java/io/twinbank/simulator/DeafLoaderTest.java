// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.AgentEvent;
import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.Abilities;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.UBootLoader;
import io.twinbank.simulator.explore.Replay;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A boot loader that answers "done" to a confirm and does nothing, on a board whose trial is its own, for its variables were lost. */
class DeafLoaderTest {
    private static final Schedule VARIABLES_LOST = Schedule.parse("cut(8,after)>off(lose,variables)");

    @Test
    void confirm_neverTakes_isAskedAFewTimesInEachBoot() {
        Replay replay = replay(Integer.MAX_VALUE);

        long troubles = replay.events().stream()
                .filter(AgentEvent.Trouble.class::isInstance)
                .filter(event -> event.toString().contains("confirm returned"))
                .count();
        assertTrue(troubles > 0, replay.events()::toString);
        assertTrue(troubles <= 15L * replay.boots().size(), troubles + " confirms");
    }

    @Test
    void confirm_takesTheFourthTime_updateGoesOn() {
        Replay replay = replay(3);

        assertEquals(List.of(), replay.violations());
        assertEquals("2.0", replay.verdict().permanent());
    }

    private static Replay replay(int timesDeaf) {
        Setting setting = Setting.of(IdealChip.losing(), BootLoaders.named("uboot"), Scenarios.named("update"))
                .with("deaf", host -> new Deaf(host, timesDeaf));
        return Replay.of(setting, VARIABLES_LOST);
    }

    private static final class Deaf extends UBootLoader {
        private int timesLeft;

        Deaf(BootHost host, int times) {
            super(host, Abilities.all(3));
            timesLeft = times;
        }

        @Override
        protected void makePermanent(BankId running) throws HalException {
            if (timesLeft > 0) {
                timesLeft--;
            } else {
                super.makePermanent(running);
            }
        }
    }
}

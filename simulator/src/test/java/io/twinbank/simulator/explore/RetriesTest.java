// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.fault.Fault.Fails;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A device whose records can't be stored any more tries again, and not more often the longer it lasts. */
class RetriesTest {
    @Test
    void replay_nothingCanBeStoredBehindTheOutcome_isTriedAsOftenLateAsEarly() {
        Setting setting = Setting.of(IdealChip.losing(), BootLoaders.named("ideal"), Scenarios.named("rollback"));
        long outcome = Replay.of(setting, Schedule.NONE).operations().stream()
                .filter(operation ->
                        operation.name().equals("store") && operation.detail().contains("OUTCOMES"))
                .findFirst()
                .orElseThrow()
                .number();

        Replay replay =
                Replay.of(setting, Schedule.of(new Fails(outcome + 1, HalException.Kind.IO, false, Fails.FOREVER)));

        List<Long> stores = replay.operations().stream()
                .filter(operation -> operation.number() > outcome)
                .map(Operation::nanos)
                .toList();
        long begin = stores.get(0);
        long half = (stores.get(stores.size() - 1) - begin) / 2;
        long early = stores.stream().filter(at -> at - begin <= half).count();
        assertTrue(stores.size() > 100, stores.size() + " operations");
        assertTrue(stores.size() - early < early * 3 / 2, early + " early, " + (stores.size() - early) + " late");
    }
}

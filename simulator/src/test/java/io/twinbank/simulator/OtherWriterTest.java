// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.linux.UBootEnvironment;
import io.twinbank.simulator.boot.Abilities;
import io.twinbank.simulator.boot.BootHost;
import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.UBootLoader;
import io.twinbank.simulator.medium.Fate;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another program sets a variable of U-Boot's, at any operation of a call of the agent's. */
class OtherWriterTest {
    @ParameterizedTest
    @EnumSource(BootBench.Chip.class)
    void setByAnother_whileTheAgentArms_keepsBoth(BootBench.Chip chip) throws IOException {
        for (int operation = 1; operation <= 3; operation++) {
            BootBench bench = booted(BootLoaders.named("uboot").factory(), chip);

            armWhileAnotherWrites(bench, operation);

            assertEquals(Optional.empty(), bench.loader.overwritten());
            assertEquals(Trial.ARMED, bench.status().trial());
            assertEquals(BankId.B, bench.boot());
            assertEquals(Optional.empty(), bench.loader.overwritten());
        }
    }

    @Test
    void setByAnother_agentWithoutTheLock_isLost() throws IOException {
        BootBench bench = booted(TakesNoLock::new, BootBench.Chip.BLOCKS);

        armWhileAnotherWrites(bench, 2);

        assertTrue(bench.loader.overwritten().orElse("").startsWith("what fw_setenv has set is gone from "));
    }

    /** On blocks the first operation is a flush before the agent reads, the second the write of what it has changed. */
    private static void armWhileAnotherWrites(BootBench bench, int at) throws IOException {
        long number = bench.log.count() + at;
        bench.log.faults((operation, change) -> {
            if (operation.number() == number) {
                bench.loader.setByAnother();
            }
            return Fate.DONE;
        });
        bench.control().armTrial(BankId.B, 1, 7);
        bench.log.faults((operation, change) -> Fate.DONE);
    }

    private static BootBench booted(BootLoader.Factory factory, BootBench.Chip chip) throws IOException {
        BootBench bench = new BootBench(factory, chip);
        bench.boot();
        return bench;
    }

    private static final class TakesNoLock extends UBootLoader {
        TakesNoLock(BootHost host) {
            super(host, Abilities.all(3));
        }

        @Override
        protected UBootEnvironment.Lock lock() {
            return () -> () -> {};
        }
    }
}

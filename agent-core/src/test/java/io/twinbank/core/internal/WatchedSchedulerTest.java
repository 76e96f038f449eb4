// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.core.spi.Scheduler.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchedSchedulerTest {
    private final StepScheduler tasks = new StepScheduler();
    private final List<String> heard = new ArrayList<>();
    private int crashesAgain = 0;

    private final WatchedScheduler scheduler = new WatchedScheduler(tasks, new WatchedScheduler.Owner() {
        @Override
        public void halt() {
            heard.add("halt");
        }

        @Override
        public void crashed(Throwable thrown) {
            if (crashesAgain-- > 0) {
                throw new OutOfMemoryError("still");
            }
            heard.add("crashed by " + thrown.getMessage() + " at " + tasks.now());
        }
    });

    @Test
    void execute_agentsTaskThrows_isHaltedAtOnceToldAndThrownOn() {
        OutOfMemoryError full = new OutOfMemoryError("full");
        scheduler.execute(Lane.AGENT, () -> {
            throw full;
        });
        scheduler.execute(Lane.AGENT, () -> heard.add("next"));

        assertSame(full, assertThrows(OutOfMemoryError.class, tasks::step));
        tasks.runAll();

        assertEquals(List.of("halt", "next", "crashed by full at PT0S"), heard);
    }

    @Test
    void after_hashThrows_isToldOnTheAgentsLane() {
        scheduler.after(Lane.HASH, Duration.ofSeconds(3), () -> {
            throw new IllegalStateException("odd");
        });

        assertThrows(IllegalStateException.class, tasks::step);
        tasks.runAll();

        assertEquals(List.of("crashed by odd at PT3S"), heard);
    }

    @Test
    void execute_whatWasThrownIsThrownAgain_isToldASecondLater() {
        crashesAgain = 2;
        scheduler.execute(Lane.FETCH, () -> {
            throw new OutOfMemoryError("full");
        });

        for (int thrown = 0; thrown < 3; thrown++) {
            assertThrows(OutOfMemoryError.class, tasks::step);
        }
        tasks.runAll();

        assertEquals(List.of("crashed by full at PT2S"), heard);
    }

    /** Behind the one is the deadline of the trial, behind the other the watchdog. */
    @Test
    void execute_selfTestOrGuardThrows_isLeftToWhatIsBehindThem() {
        for (Lane lane : List.of(Lane.SELF_TEST, Lane.GUARD)) {
            scheduler.execute(lane, () -> {
                throw new AssertionError();
            });
            assertThrows(AssertionError.class, tasks::step);
        }

        tasks.runAll();

        assertEquals(List.of(), heard);
    }
}

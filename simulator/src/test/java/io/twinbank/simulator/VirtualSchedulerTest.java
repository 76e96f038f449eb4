// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.simulator.medium.PowerCut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualSchedulerTest {
    private static final long HORIZON = Duration.ofHours(1).toNanos();

    private final VirtualTime time = new VirtualTime();
    private final VirtualScheduler scheduler = new VirtualScheduler(time);
    private final List<String> done = new ArrayList<>();

    @Test
    void run_tasksOfAllLanes_goByTimeThenByOrder() {
        scheduler.after(Lane.AGENT, Duration.ofSeconds(2), () -> done.add("c " + time.nanos()));
        scheduler.after(Lane.FETCH, Duration.ofSeconds(1), () -> done.add("a " + time.nanos()));
        scheduler.after(Lane.AGENT, Duration.ofSeconds(1), () -> done.add("b " + time.nanos()));
        scheduler.execute(Lane.GUARD, () -> done.add("first " + time.nanos()));

        assertFalse(scheduler.run(() -> HORIZON, () -> false));

        assertEquals(List.of("first 0", "a 1000000000", "b 1000000000", "c 2000000000"), done);
        assertEquals(HORIZON, time.nanos());
    }

    @Test
    void run_taskThatGivesTasks_doesThemAsWell() {
        scheduler.execute(Lane.AGENT, () -> {
            done.add("outer");
            scheduler.execute(Lane.AGENT, () -> done.add("inner"));
        });

        scheduler.run(() -> HORIZON, () -> false);

        assertEquals(List.of("outer", "inner"), done);
    }

    @Test
    void run_toldToStop_leavesWhatIsLater() {
        scheduler.execute(Lane.AGENT, () -> done.add("now"));
        scheduler.after(Lane.AGENT, Duration.ofSeconds(5), () -> done.add("later"));

        assertTrue(scheduler.run(() -> HORIZON, () -> true));

        assertEquals(List.of("now"), done);
        assertEquals(0, time.nanos());
    }

    @Test
    void run_taskBehindTheHorizon_waits() {
        scheduler.after(Lane.AGENT, Duration.ofHours(2), () -> done.add("late"));

        scheduler.run(() -> HORIZON, () -> false);
        assertEquals(List.of(), done);

        scheduler.run(() -> 2 * HORIZON, () -> false);
        assertEquals(List.of("late"), done);
    }

    @Test
    void cancel_beforeItsTime_isNeverDone() {
        Cancellable task = scheduler.after(Lane.AGENT, Duration.ofSeconds(1), () -> done.add("never"));

        task.cancel();
        task.cancel();
        scheduler.run(() -> HORIZON, () -> false);

        assertEquals(List.of(), done);
    }

    @Test
    void hang_inALane_holdsThatLaneOnlyUntilCancelled() {
        Cancellable hanging = scheduler.execute(Lane.SELF_TEST, () -> {
            throw new VirtualScheduler.Hang();
        });
        scheduler.execute(Lane.SELF_TEST, () -> done.add("behind"));
        scheduler.after(Lane.GUARD, Duration.ofSeconds(1), () -> done.add("guard"));
        scheduler.run(() -> HORIZON, () -> false);
        assertEquals(List.of("guard"), done);

        hanging.cancel();
        scheduler.run(() -> HORIZON, () -> false);

        assertEquals(List.of("guard", "behind"), done);
    }

    @Test
    void error_ofATask_endsTheRun() {
        scheduler.execute(Lane.AGENT, () -> {
            throw new PowerCut();
        });

        assertThrows(PowerCut.class, () -> scheduler.run(() -> HORIZON, () -> false));
    }

    @Test
    void close_dropsAllTasks() {
        scheduler.execute(Lane.AGENT, () -> done.add("before"));

        scheduler.close();
        scheduler.execute(Lane.AGENT, () -> done.add("after"));
        scheduler.run(() -> HORIZON, () -> false);

        assertEquals(List.of(), done);
    }
}

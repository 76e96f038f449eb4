// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.fault.Schedule;

/** Writes the test that a schedule deserves. */
public final class TestSource {
    private TestSource() {}

    /**
     * Writes it.
     *
     * @param setting on which board, in which scenario
     * @param schedule the faults
     * @return a class that compiles, whose test passes once the fault is mended
     */
    public static String of(Setting setting, Schedule schedule) {
        return """
                // SPDX-License-Identifier: Apache-2.0
                import static org.junit.jupiter.api.Assertions.assertEquals;

                import io.twinbank.simulator.boot.BootLoaders;
                import io.twinbank.simulator.explore.Replay;
                import io.twinbank.simulator.explore.Setting;
                import io.twinbank.simulator.fault.Schedule;
                import io.twinbank.simulator.profile.Profiles;
                import io.twinbank.simulator.scenario.Scenarios;
                import java.util.List;
                import org.junit.jupiter.api.Test;

                class ScheduleTest {
                    @Test
                    void replay_schedule_violatesNothing() {
                        Replay replay = Replay.of(
                                Setting.of(
                                        Profiles.named("%s"), BootLoaders.named("%s"), Scenarios.named("%s")),
                                Schedule.parse("%s"));

                        assertEquals(List.of(), replay.violations());
                    }
                }
                """.formatted(
                        setting.profile().name(),
                        setting.loader().name(),
                        setting.scenario().name(),
                        schedule);
    }
}

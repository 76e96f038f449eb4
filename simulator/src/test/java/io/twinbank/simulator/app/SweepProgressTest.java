// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Exploration;
import io.twinbank.simulator.explore.Explorer;
import io.twinbank.simulator.explore.Limits;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.scenario.Scenarios;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SweepProgressTest {
    private static final Optional<Duration> NO_END = Optional.empty();

    private final StringWriter out = new StringWriter();
    private long now = 7;

    private SweepProgress progress(boolean terminal, int runs, Optional<Duration> budget) {
        return new SweepProgress(new PrintWriter(out), terminal, runs, budget, () -> now);
    }

    private void passSeconds(long seconds) {
        now += seconds * 1_000_000_000L;
    }

    @Test
    void running_oneLongRun_tellsCutsRateAndWhatIsLeftOfIt() {
        SweepProgress progress = progress(false, 1, NO_END);

        passSeconds(60);
        progress.running(1_200_000, 0.25);

        assertEquals("0 of 1 runs, 1,200,000 cuts, 20,000 cuts/s, about 3 min left\n", out.toString());
    }

    @Test
    void running_nothingDoneYet_doesNotGuess() {
        SweepProgress progress = progress(false, 900, NO_END);

        passSeconds(10);
        progress.running(50_000, 0.002);

        assertEquals("0 of 900 runs, 50,000 cuts, 5,000 cuts/s, time left not known yet\n", out.toString());
    }

    @Test
    void running_withABudget_isLeftNoMoreThanThat() {
        SweepProgress progress = progress(false, 10, Optional.of(Duration.ofMinutes(2)));

        passSeconds(30);
        progress.running(300, 0);
        passSeconds(60);
        progress.running(900, 0.1);
        passSeconds(10);
        progress.running(1_000, 0.9);

        assertEquals(
                "0 of 10 runs, 300 cuts, 10 cuts/s, at most 90 s left\n"
                        + "0 of 10 runs, 900 cuts, 10 cuts/s, at most 30 s left\n"
                        + "0 of 10 runs, 1,000 cuts, 10 cuts/s, about 11 s left\n",
                out.toString());
    }

    @Test
    void running_soonAgain_isntShown() {
        SweepProgress progress = progress(false, 1, NO_END);

        passSeconds(4);
        progress.running(1, 0.5);

        assertEquals("", out.toString());
    }

    @Test
    void terminal_lineIsWrittenOverAndClearedAtTheEnd() {
        SweepProgress progress = progress(true, 2, NO_END);
        Exploration found = quiet();

        passSeconds(1);
        progress.running(5, 0);
        passSeconds(1);
        progress.ended(found, 1, 2);
        progress.ended(found, 2, 2);

        String[] lines = out.toString().split("\r", -1);
        assertEquals("0 of 2 runs, 5 cuts, 5 cuts/s, time left not known yet", lines[1].stripTrailing());
        assertEquals("1 of 2 runs, 5 cuts, 3 cuts/s, about 2 s left", lines[2].stripTrailing());
        assertEquals("", lines[3].strip());
        assertEquals("", lines[4]);
    }

    private static Exploration quiet() {
        Setting setting = Setting.of(IdealChip.losing(), BootLoaders.named("ideal"), Scenarios.named("update"));
        return new Explorer(setting, Limits.single().toDepth(0)).explore();
    }
}

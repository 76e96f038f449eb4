// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.explore.Replay;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.explore.Shrinker;
import io.twinbank.simulator.explore.TestSource;
import io.twinbank.simulator.fault.Schedule;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

@Command(
        name = "shrink",
        description = {
            "Makes a schedule that fails as small as it can be, and prints a test that shows the failure.",
            "Exit codes: 0 it was shrunk; 1 it doesn't fail; 2 usage."
        },
        mixinStandardHelpOptions = true)
final class ShrinkCommand extends ScheduleCommand {
    @Override
    int finish(Target target, Replay replay, PrintWriter out) {
        Setting setting = target.setting();
        if (replay.violations().isEmpty()) {
            out.println("nothing is wrong with " + target);
            return 1;
        }
        String oracle = replay.violations().get(0).oracle();
        Schedule smallest = new Shrinker(setting, oracle).shrink(target.schedule());
        out.print(story(target, smallest, Replay.of(setting, smallest)));
        out.println();
        out.println(TestSource.of(setting, smallest));
        out.println("otasim replay '" + new Target(setting, smallest) + "'");
        return 0;
    }
}

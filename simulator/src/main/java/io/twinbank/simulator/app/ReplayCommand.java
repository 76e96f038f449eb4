// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.explore.Replay;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

@Command(
        name = "replay",
        description = {
            "Runs one schedule again and tells its story: boots, operations, what the board held, and the verdict.",
            "Exit codes: 0 as it should be; 1 a violation; 2 usage."
        },
        mixinStandardHelpOptions = true)
final class ReplayCommand extends ScheduleCommand {
    @Override
    int finish(Target target, Replay replay, PrintWriter out) {
        out.print(story(target, target.schedule(), replay));
        return replay.violations().isEmpty() ? 0 : 1;
    }
}

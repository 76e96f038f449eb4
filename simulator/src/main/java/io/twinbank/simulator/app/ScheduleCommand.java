// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.explore.Replay;
import io.twinbank.simulator.explore.SignatureMemory;
import io.twinbank.simulator.explore.Storyteller;
import io.twinbank.simulator.fault.Schedule;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command about one schedule: it is run, and then something is made of it. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
abstract class ScheduleCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ScenarioOptions scenarios;

    @Parameters(
            paramLabel = "PROFILE/BOOT/SCENARIO:SCHEDULE",
            description =
                    "as a sweep prints it, such as 'ideal/uboot/update:cut(18,after)'; if its scenario is a file's, name"
                            + " the file with --scenario")
    private String text;

    @Override
    public final Integer call() throws IOException {
        AgentLog.off();
        SignatureMemory.install();
        Target target = Target.parse(text, scenarios, spec);
        PrintWriter out = spec.commandLine().getOut();
        int exitCode = finish(target, Replay.of(target.setting(), target.schedule()), out);
        out.flush();
        return exitCode;
    }

    /**
     * Makes something of it.
     *
     * @param target the schedule, and where it strikes
     * @param replay what it came to
     * @param out where to tell it
     * @return the exit code
     */
    abstract int finish(Target target, Replay replay, PrintWriter out);

    static String story(Target target, Schedule schedule, Replay replay) {
        return StoryText.of(Storyteller.tell(target.setting(), schedule), replay);
    }
}

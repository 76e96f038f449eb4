// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.explore.Replay;
import io.twinbank.simulator.explore.Shrinker;
import io.twinbank.simulator.explore.SignatureMemory;
import io.twinbank.simulator.explore.Storyteller;
import io.twinbank.simulator.explore.TestSource;
import io.twinbank.simulator.fault.Schedule;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "shrink",
        description = {
            "Makes a schedule that fails as small as it can be, and prints a test that shows the failure.",
            "Exit codes: 0 it was shrunk; 1 it doesn't fail; 2 usage."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ShrinkCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TargetParameter about;

    @Override
    public Integer call() throws IOException {
        AgentLog.off();
        SignatureMemory.install();
        Target target = about.target();
        PrintWriter out = spec.commandLine().getOut();
        Replay replay = Replay.of(target.setting(), target.schedule());
        if (replay.violations().isEmpty()) {
            out.println("nothing is wrong with " + target);
            return 1;
        }
        String oracle = replay.violations().get(0).oracle();
        Schedule smallest = new Shrinker(target.setting(), oracle).shrink(target.schedule());
        out.print(StoryText.of(Storyteller.tell(target.setting(), smallest), Replay.of(target.setting(), smallest)));
        out.println();
        out.println(TestSource.of(target.setting(), smallest));
        out.println("otasim replay '" + new Target(target.setting(), smallest) + "'");
        return 0;
    }
}

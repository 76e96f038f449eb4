// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.explore.Replay;
import io.twinbank.simulator.explore.SignatureMemory;
import io.twinbank.simulator.explore.Storyteller;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        description = {
            "Runs one schedule again and tells its story: boots, operations, what the board held, and the verdict.",
            "Exit codes: 0 as it should be; 1 a violation; 2 usage."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private TargetParameter about;

    @Override
    public Integer call() throws IOException {
        AgentLog.off();
        SignatureMemory.install();
        Target target = about.target();
        Replay replay = Replay.of(target.setting(), target.schedule());
        PrintWriter out = spec.commandLine().getOut();
        out.print(StoryText.of(Storyteller.tell(target.setting(), target.schedule()), replay));
        out.flush();
        return replay.violations().isEmpty() ? 0 : 1;
    }
}

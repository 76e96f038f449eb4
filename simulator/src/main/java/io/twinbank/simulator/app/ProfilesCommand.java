// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "profiles",
        description = "Lists what the other commands know: storage profiles, boot loaders, scenarios and modes.",
        mixinStandardHelpOptions = true)
final class ProfilesCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        section("profiles");
        Profiles.all().forEach(profile -> entry(profile.name(), profile.description()));
        section("boot loaders");
        BootLoaders.all().forEach(loader -> entry(loader.name(), loader.description()));
        section("scenarios");
        Scenarios.all().forEach(scenario -> entry(scenario.name(), scenario.about()));
        section("modes");
        for (Mode mode : Mode.values()) {
            entry(mode.text(), mode.about());
        }
        spec.commandLine().getOut().flush();
    }

    private void section(String title) {
        spec.commandLine().getOut().printf("%s%n", title);
    }

    private void entry(String name, String description) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("  %-24s %s%n", name, description);
    }
}

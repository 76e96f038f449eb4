// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The one schedule that a command is about. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class TargetParameter {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private ScenarioOptions scenarios;

    @Parameters(
            paramLabel = "PROFILE/BOOT/SCENARIO:SCHEDULE",
            description =
                    "as a sweep prints it, such as 'ideal/uboot/update:cut(18,after)'; if its scenario is a file's, name"
                            + " the file with --scenario")
    private String text;

    Target target() throws IOException {
        return Target.parse(text, scenarios, spec);
    }
}

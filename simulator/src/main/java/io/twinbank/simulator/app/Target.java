// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.profile.Profiles;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A schedule and where it strikes, as sweeps print them. */
record Target(Setting setting, Schedule schedule) {
    /** A scenario's name may have a slash, where it is a file. */
    private static final Pattern TEXT = Pattern.compile("([^/:]+)/([^/:]+)/(.+?):(none|[a-z]+\\(.*)");

    static Target parse(String text, ScenarioOptions scenarios, CommandSpec spec) throws IOException {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'" + text + "' must look like PROFILE/BOOT/SCENARIO:SCHEDULE, such as"
                            + " 'ideal/uboot/update:cut(18,after)'; the quotes keep it from the shell");
        }
        return new Target(
                Setting.of(
                        Selection.named(spec, matcher.group(1), Profiles::named),
                        Selection.named(spec, matcher.group(2), BootLoaders::named),
                        scenarios.named(matcher.group(3))),
                Selection.usage(spec, matcher.group(4), Schedule::parse));
    }
}

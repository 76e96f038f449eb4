// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.fault.Schedule;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A schedule and where it strikes, as sweeps print them. */
record Target(Setting setting, Schedule schedule) {
    private static final Pattern TEXT = Pattern.compile("(.+?):(none|[a-z]+\\(.*)");

    static Target parse(String text, Selection selection, CommandLine command) throws IOException {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new ParameterException(command, "'" + text + "' must look like ideal/uboot/update:cut(18,after)");
        }
        try {
            return new Target(selection.setting(matcher.group(1)), Schedule.parse(matcher.group(2)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public String toString() {
        return setting + ":" + schedule;
    }
}

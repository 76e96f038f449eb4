// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.Profile;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenario;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which boards and scenarios: the options of a sweep. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Selection {
    static final String ALL = "all";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--profile",
            paramLabel = "NAME|all",
            hideParamSyntax = true,
            split = ",",
            defaultValue = ALL,
            description = "what the board stores on: names of 'otasim profiles', separated by commas; all by default")
    private List<String> profiles;

    @Option(
            names = "--boot",
            paramLabel = "NAME|all",
            hideParamSyntax = true,
            split = ",",
            defaultValue = ALL,
            description = "its boot loader: names of 'otasim profiles', separated by commas; all by default")
    private List<String> boots;

    @Mixin
    private ScenarioOptions scenarios;

    List<Setting> settings() throws IOException {
        List<Scenario> stories = scenarios.scenarios();
        List<Setting> settings = new ArrayList<>();
        for (Profile profile : each(profiles, Profiles.all(), Profiles::named)) {
            for (BootLoaders.Named loader : each(boots, BootLoaders.all(), BootLoaders::named)) {
                stories.forEach(story -> settings.add(Setting.of(profile, loader, story)));
            }
        }
        return settings;
    }

    private <T> List<T> each(List<String> names, List<T> all, Function<String, T> named) {
        return names.contains(ALL)
                ? all
                : names.stream().map(name -> named(spec, name, named)).toList();
    }

    /** Finds what has a name; says where names are listed if nothing has it. */
    static <T> T named(CommandSpec spec, String name, Function<String, T> named) {
        try {
            return named.apply(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), e.getMessage() + "; 'otasim profiles' tells what each is", e);
        }
    }

    /** What a function refuses is the user's mistake. */
    static <A, T> T usage(CommandSpec spec, A argument, Function<A, T> function) {
        try {
            return function.apply(argument);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.Profile;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.ScenarioFile;
import io.twinbank.simulator.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which boards and scenarios: options that several commands have. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class Selection {
    private static final String ALL = "all";

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--profile",
            paramLabel = "P|all",
            split = ",",
            defaultValue = ALL,
            description = "what the board stores on; see 'otasim profiles'")
    private List<String> profiles;

    @Option(
            names = "--boot",
            paramLabel = "B|all",
            split = ",",
            defaultValue = ALL,
            description = "its boot loader; see 'otasim profiles'")
    private List<String> boots;

    @Option(
            names = "--scenario",
            paramLabel = "S|all|FILE.yaml",
            split = ",",
            defaultValue = ALL,
            description = "what happens: one of 'otasim profiles', or a file")
    private List<String> scenarios;

    @Option(
            names = "--image-bytes",
            paramLabel = "N",
            description = "the size of each image; 16384 by default, but what a file says")
    private @Nullable Integer imageBytes;

    List<Setting> settings() throws IOException {
        List<Scenario> stories = scenarios();
        List<Setting> settings = new ArrayList<>();
        for (Profile profile : each(profiles, Profiles.all(), Profiles::named)) {
            for (BootLoaders.Named loader : each(boots, BootLoaders.all(), BootLoaders::named)) {
                stories.forEach(story -> settings.add(Setting.of(profile, loader, story)));
            }
        }
        return settings;
    }

    private List<Scenario> scenarios() throws IOException {
        List<Scenario> found = new ArrayList<>();
        for (String name : scenarios) {
            if (name.equals(ALL)) {
                found.addAll(Scenarios.all());
            } else {
                found.add(scenario(name));
            }
        }
        Integer bytes = imageBytes;
        return bytes == null
                ? found
                : found.stream()
                        .map(scenario -> usage(bytes, scenario::withImageBytes))
                        .toList();
    }

    /** A file, or one of the catalogue. */
    private Scenario scenario(String name) throws IOException {
        Path file = Path.of(name);
        return Files.isRegularFile(file) ? ScenarioFile.read(file) : usage(name, Scenarios::named);
    }

    /** Reads {@code profile/boot/scenario}, as a setting is printed; the scenario may be a file that was given as an option. */
    Setting setting(String text) throws IOException {
        String[] parts = text.split("/", 3);
        if (parts.length < 3) {
            throw new ParameterException(spec.commandLine(), "'" + text + "' must look like profile/boot/scenario");
        }
        return Setting.of(usage(parts[0], Profiles::named), usage(parts[1], BootLoaders::named), named(parts[2]));
    }

    private Scenario named(String name) throws IOException {
        for (Scenario scenario : scenarios()) {
            if (scenario.name().equals(name)) {
                return scenario;
            }
        }
        return scenario(name);
    }

    private <T> List<T> each(List<String> names, List<T> all, Function<String, T> named) {
        return names.contains(ALL)
                ? all
                : names.stream().map(name -> usage(name, named)).toList();
    }

    /** What a function refuses is the user's mistake. */
    private <A, T> T usage(A argument, Function<A, T> function) {
        try {
            return function.apply(argument);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.ScenarioFile;
import io.twinbank.simulator.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which scenarios: options that several commands have. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ScenarioOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--scenario",
            paramLabel = "NAME|FILE.yaml|all",
            hideParamSyntax = true,
            split = ",",
            defaultValue = Selection.ALL,
            description = "what happens: names of 'otasim profiles' and files, separated by commas; all by default")
    private List<String> scenarios;

    @Option(
            names = "--image-bytes",
            paramLabel = "N",
            description = "the size of each image, at least 4096; by default 16384, or what the file says")
    private @Nullable Integer imageBytes;

    List<Scenario> scenarios() throws IOException {
        List<Scenario> found = new ArrayList<>();
        for (String name : scenarios) {
            if (name.equals(Selection.ALL)) {
                found.addAll(Scenarios.all());
            } else {
                found.add(fileOrName(name));
            }
        }
        Integer bytes = imageBytes;
        return bytes == null
                ? found
                : found.stream()
                        .map(scenario -> Selection.usage(spec, bytes, scenario::withImageBytes))
                        .toList();
    }

    private Scenario fileOrName(String name) throws IOException {
        Path file = Path.of(name);
        if (Files.isRegularFile(file)) {
            return ScenarioFile.read(file);
        }
        if (name.contains("/") || name.endsWith(".yaml") || name.endsWith(".yml")) {
            throw new ParameterException(spec.commandLine(), "--scenario " + name + ": there is no such file");
        }
        return Selection.named(spec, name, Scenarios::named);
    }

    /** The scenario of a printed schedule: of a file that was given as an option, or by its name. */
    Scenario named(String name) throws IOException {
        for (Scenario scenario : scenarios()) {
            if (scenario.name().equals(name)) {
                return scenario;
            }
        }
        return fileOrName(name);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "profiles",
        description = "Lists what the other commands know: storage profiles, boot loaders, scenarios and modes.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ProfilesCommand implements Callable<Integer> {
    private record Entry(String name, String description) {}

    /** What an option of other commands takes. */
    private record Section(String title, String option, String key, List<Entry> entries) {}

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--json",
            description =
                    "print one JSON object: profiles, bootLoaders, scenarios and modes, each with name and description")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json());
        } else {
            sections().forEach(section -> print(out, section));
        }
        out.flush();
        return 0;
    }

    private static List<Section> sections() {
        return List.of(
                new Section(
                        "profiles",
                        "--profile",
                        "profiles",
                        Profiles.all().stream()
                                .map(profile -> new Entry(profile.name(), profile.description()))
                                .toList()),
                new Section(
                        "boot loaders",
                        "--boot",
                        "bootLoaders",
                        BootLoaders.all().stream()
                                .map(loader -> new Entry(loader.name(), loader.description()))
                                .toList()),
                new Section(
                        "scenarios",
                        "--scenario",
                        "scenarios",
                        Scenarios.all().stream()
                                .map(scenario -> new Entry(scenario.name(), scenario.about()))
                                .toList()),
                new Section(
                        "modes",
                        "--mode",
                        "modes",
                        Stream.of(Mode.values())
                                .map(mode -> new Entry(mode.text(), mode.about()))
                                .toList()));
    }

    private static void print(PrintWriter out, Section section) {
        out.printf("%s, for %s%n", section.title(), section.option());
        section.entries().forEach(entry -> out.printf("  %-24s %s%n", entry.name(), entry.description()));
    }

    private static String json() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartObject();
            for (Section section : sections()) {
                out.writeArrayFieldStart(section.key());
                for (Entry entry : section.entries()) {
                    out.writeStartObject();
                    out.writeStringField("name", entry.name());
                    out.writeStringField("description", entry.description());
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        }
        return text.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.bugs.PublicBug;
import io.twinbank.simulator.boot.bugs.PublicBugs;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Replay;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.mutant.Mutants;
import io.twinbank.simulator.network.NetworkBugs;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.report.Outcome;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.ScenarioFile;
import io.twinbank.simulator.scenario.Scenarios;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/simulator.md, compared with the code. A table that differs is shown as it should be. */
class SimulatorDocTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Pattern FAULTS =
            Pattern.compile("(?:cut|fail|silent|misdirected|read|astray|event|off)\\([^()`…n][^()`…]*\\)[^`]*");

    @Test
    void profiles_comparedWithTheCode_areTheSame() throws IOException {
        assertTable(
                Profiles.all().stream().map(profile -> row(code(profile.name()), profile.description())),
                "Device profiles");
    }

    @Test
    void bootLoaders_comparedWithTheCode_areTheSame() throws IOException {
        assertTable(
                BootLoaders.all().stream()
                        .map(loader -> row(
                                code(loader.name()),
                                loader.description(),
                                Integer.toString(loader.abilities().maxAttempts()))),
                "Boot loaders");
    }

    @Test
    void scenarios_comparedWithTheCode_areTheSame() throws IOException {
        assertTable(
                Scenarios.all().stream().map(scenario -> row(code(scenario.name()), scenario.about())), "Scenarios");
    }

    @Test
    void modes_comparedWithTheCode_areTheSame() throws IOException {
        assertTable(Arrays.stream(Mode.values()).map(mode -> row(code(mode.text()), mode.about())), "Modes");
    }

    @Test
    void outcomes_comparedWithTheCode_areTheSame() throws IOException {
        List<String> documented = rows("Outcomes").stream()
                .map(row -> row.split(" ?\\| ?")[2])
                .filter(name -> name.startsWith("`"))
                .toList();

        assertEquals(
                Arrays.stream(Outcome.values())
                        .map(outcome -> code(outcome.id()))
                        .toList(),
                documented);
    }

    @Test
    void seededBugs_comparedWithTheCode_areTheSame() throws IOException {
        assertTable(
                Mutants.all().stream()
                        .map(mutant -> row(
                                mutant.id(),
                                mutant.about(),
                                String.join(", ", new TreeSet<>(mutant.oracles())),
                                mutant.mode().text())),
                "Seeded bugs");
    }

    @Test
    void bugsOfTheNetwork_comparedWithTheCode_areTheSame() throws IOException {
        assertTable(
                NetworkBugs.all().stream().map(bug -> row(bug.id(), bug.about(), String.join(", ", bug.oracles()))),
                "Bugs of the network");
    }

    @Test
    void publicBugs_theirSchedules_showThemAndNothingInTheMendedLoader() throws IOException {
        List<String> rows = rows("Public bugs");

        for (PublicBug bug : PublicBugs.all()) {
            List<String> cells = rows.stream()
                    .filter(row -> row.startsWith("| " + code(bug.id()) + " |"))
                    .map(row -> List.of(row.split(" ?\\| ?")))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no row for " + bug.id()));
            Schedule schedule = Schedule.parse(cells.get(6).replace("`", ""));
            Setting setting = Setting.of(
                    Profiles.named(bug.profile()), BootLoaders.named("ideal"), Scenarios.named(bug.scenario()));

            Replay buggy = Replay.of(setting.with(bug.id(), bug.buggy()), schedule);
            Replay mended = Replay.of(setting.with(bug.id(), bug.mended()), schedule);

            assertEquals(code(bug.profile()) + ", " + code(bug.scenario()), cells.get(4));
            assertEquals(bug.oracle(), cells.get(5));
            assertTrue(buggy.violates(bug.oracle()), bug.id() + " doesn't show any more at " + schedule);
            assertEquals(List.of(), mended.violations());
        }
    }

    @Test
    void faults_allThatAreShown_areSchedules() throws IOException {
        List<String> shown = Pattern.compile("`([^`]*)`")
                .matcher(doc())
                .results()
                .map(result -> result.group(1))
                .filter(text -> FAULTS.matcher(text).matches())
                .toList();

        assertTrue(shown.size() > 15, shown::toString);
        for (String text : shown) {
            assertEquals(text, Schedule.parse(text).toString());
        }
    }

    @Test
    void scenarioFile_asItIsShown_isOne() throws IOException {
        String doc = doc();
        int from = doc.indexOf("```yaml\n") + "```yaml\n".length();

        Scenario scenario =
                ScenarioFile.parse(doc.substring(from, doc.indexOf("```", from)).getBytes(StandardCharsets.UTF_8));

        assertEquals("field-update", scenario.name());
    }

    @Test
    void links_allOfThem_leadToFiles() throws IOException {
        List<String> links = Pattern.compile("]\\((?!https?:|#)([^)#]+)")
                .matcher(doc())
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();

        assertTrue(links.size() >= 3, links::toString);
        for (String link : links) {
            assertTrue(Files.exists(DOCS.resolve(link)), link);
        }
    }

    /** The first columns of a table; what stands behind them is for people. */
    private static void assertTable(Stream<String> expected, String heading) throws IOException {
        List<String> rows = rows(heading);
        List<String> wanted = expected.toList();

        String missing = wanted.stream()
                .filter(row -> rows.stream().noneMatch(found -> found.startsWith(row)))
                .collect(Collectors.joining("\n"));

        assertEquals("", missing, () -> "missing below " + heading + ":\n" + missing + "\n");
        assertEquals(wanted.size(), rows.size(), () -> "rows below " + heading + ": " + rows);
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String code(String text) {
        return "`" + text + "`";
    }

    /** The rows of the first table below a heading, without its head. */
    private static List<String> rows(String heading) throws IOException {
        List<String> lines = doc().lines()
                .dropWhile(line -> !line.matches("#+ " + heading))
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        return lines.subList(2, lines.size());
    }

    private static String doc() throws IOException {
        return Files.readString(DOCS.resolve("simulator.md"));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands about simulated faults, in this process. */
class OtasimTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Otasim.command(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void sweep_oneBoard_isGoodAndPrintsTheFixedKeys() throws IOException {
        int exitCode =
                run("sweep", "--profile", "ideal", "--boot", "ideal", "--scenario", "update,downgrade", "--json");

        assertEquals(0, exitCode, err::toString);
        assertEquals(
                List.of(
                        "ok",
                        "violations",
                        "cuts",
                        "distinctStates",
                        "operations",
                        "uncovered",
                        "cutsPerSecond",
                        "seconds",
                        "rows",
                        "vacuity",
                        "runs"),
                keys(out.toString()));
        assertTrue(out.toString().startsWith("{\"ok\":true,\"violations\":0,"), out::toString);
    }

    @Test
    void sweep_scenarioFile_writesAllReports(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("mine.yaml"), "{name: mine, imageBytes: 4096, offer: [{version: 2.0}]}");

        int exitCode = run(
                "sweep",
                "--profile=ideal",
                "--boot=ideal",
                "--scenario=" + file,
                "--html=" + folder.resolve("a.html"),
                "--report=" + folder.resolve("a.json"),
                "--junit=" + folder.resolve("a.xml"));

        assertEquals(0, exitCode, err::toString);
        assertTrue(out.toString().contains("GOOD: 0 violations in "), out::toString);
        assertTrue(Files.readString(folder.resolve("a.html")).contains("<html"));
        assertTrue(Files.readString(folder.resolve("a.json"))
                .contains("\"timelines\":[{\"schedule\":\"ideal/ideal/mine:"));
        assertTrue(Files.readString(folder.resolve("a.xml")).contains("<testcase classname=\"ideal.ideal\""));
    }

    @Test
    void sweep_noTime_saysThatTheBudgetRanOut() {
        int exitCode = run("sweep", "--profile=ideal", "--boot=ideal", "--minutes=0");

        assertEquals(3, exitCode, err::toString);
        assertTrue(out.toString().contains("OUT OF TIME, not all was tried: 0 violations"), out::toString);
    }

    @Test
    void sweep_randomSeeds_runsAsManySchedules() {
        int exitCode = run(
                "sweep",
                "--profile=ideal",
                "--boot=ideal",
                "--scenario=update",
                "--mode=random",
                "--seeds=5..24",
                "--json");

        assertEquals(0, exitCode, () -> out + " " + err);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sweep --profile floppy",
                "sweep --boot lilo",
                "sweep --scenario upgrade",
                "sweep --mode sideways",
                "sweep --seeds 9..1",
                "sweep --image-bytes 100",
                "sweep --depth 0",
                "sweep --mode pairs --depth 3",
                "sweep --minutes -1",
                "sweep --html no/such/folder/a.html",
                "sweep --report .",
                "bench --rounds 0",
                "bench --profile floppy",
                "replay ideal/ideal/update:cut(3)",
                "replay ideal/ideal/update@many:none",
                "replay nonsense",
                "replay ideal/ideal:none",
                "replay ideal/ideal/update:cut(x,before)",
                "shrink ideal/ideal/upgrade:none",
                "nonsense"
            })
    void usage_mistake_exitsWith2(String line) {
        assertEquals(2, run(line.split(" ")), err::toString);
        assertFalse(err.toString().contains("\tat "), err::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "sweep --profile floppy | no profile 'floppy': there are ideal, file-ext4,",
                "sweep --boot lilo | no boot loader 'lilo': there are ideal, uboot,",
                "sweep --scenario upgrade | no scenario 'upgrade': there are update,",
                "sweep --mode sideways | no mode 'sideways': there are quiet, single,",
                "replay floppy/ideal/update:none | no profile 'floppy': there are ideal, file-ext4,"
            })
    void usage_unknownName_saysWhatWasFoundWhatThereIsAndWhereToLook(String line, String words) {
        assertEquals(2, run(line.split(" ")));

        List<String> lines = err.toString().lines().toList();
        assertEquals(2, lines.size(), err::toString);
        assertTrue(lines.get(0).startsWith("otasim: " + words), lines.get(0));
        assertTrue(lines.get(0).endsWith("; 'otasim profiles' tells what each is"), lines.get(0));
        assertEquals("'otasim " + line.split(" ")[0] + " --help' tells what there is", lines.get(1));
    }

    @Test
    void usage_misspeltCommand_suggestsTheOneMeant() {
        assertEquals(2, run("swep"));
        assertTrue(err.toString().contains("otasim sweep"), err::toString);
    }

    @Test
    void sweep_noSuchScenarioFile_saysSo() {
        assertEquals(2, run("sweep", "--scenario=no/such.yaml"));
        assertTrue(err.toString().startsWith("otasim: --scenario no/such.yaml: there is no such file"), err::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "sweep", "replay", "shrink", "mutants", "network", "bench", "profiles"})
    void help_anyCommand_isPrintedAndNamesItsValues(String command) {
        assertEquals(0, run(command, "--help"));
        assertTrue(out.toString().startsWith("Usage: otasim " + command), out::toString);
        assertFalse(out.toString().contains("=<"), out::toString);
    }

    @Test
    void sweep_badScenarioFile_saysTheLine(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), "name: mine\nupgrade: 2.0\n");

        assertEquals(2, run("sweep", "--scenario", file.toString()));
        assertTrue(err.toString().contains("line 2: found 'upgrade', expected name,"), err::toString);
    }

    @Test
    void replay_cut_tellsTheStory() {
        int exitCode = run("replay", "ideal/ideal/update:cut(7,after)>cut(3,before)");

        assertEquals(0, exitCode, err::toString);
        String story = out.toString();
        assertTrue(story.contains("boot 1, POWER_ON: firmware 1.4 in bank A"), story);
        assertTrue(story.contains("-> operation 7: cut(7,after)"), story);
        assertTrue(story.contains("JOURNAL          DOWNLOADING into B"), story);
        assertTrue(story.contains("store JOURNAL"), story);
        assertTrue(story.contains("firmware 2.0 runs; told: Installed"), story);
        assertTrue(story.endsWith("GOOD" + System.lineSeparator()), story);
    }

    @Test
    void shrink_goodSchedule_exitsWith1() {
        assertEquals(1, run("shrink", "ideal/ideal/update:cut(7,after)"));
        assertTrue(out.toString().startsWith("nothing is wrong with "), out::toString);
    }

    @Test
    void mutants_two_areNoticedAndPrintTheFixedKeys() {
        int exitCode = run("mutants", "M01", "M33", "--json");

        assertEquals(0, exitCode, err::toString);
        assertTrue(
                out.toString().startsWith("{\"ok\":true,\"total\":2,\"killed\":2,\"falseAlarms\":0,\"mutants\":[{"),
                out::toString);
        assertTrue(out.toString().contains("{\"id\":\"M01\",\"killed\":true,\"killedBy\":\"S6\",\"mode\":\"quiet\","));
    }

    @Test
    void mutants_unknownId_saysWhichThereAre() {
        assertEquals(2, run("mutants", "M00"));
        assertTrue(err.toString().startsWith("otasim: no seeded bug 'M00'"), err::toString);
    }

    @Test
    void network_oneSeed_isGoodAndTellsTheFigures() {
        assertEquals(0, run("network", "--seeds", "1..1", "--faults", "30"), err::toString);
        assertTrue(out.toString().contains("; outcomes lost 0, seen twice 0, received again "), out::toString);
        assertTrue(out.toString().contains("GOOD: 0 findings, 30 faults with seed 1 in "), out::toString);
    }

    @Test
    void network_json_hasTheFixedKeys() throws IOException {
        assertEquals(0, run("network", "--seeds=3", "--faults=10", "--json"), err::toString);
        assertEquals(
                List.of(
                        "ok",
                        "seeds",
                        "faults",
                        "struck",
                        "acknowledged",
                        "installed",
                        "lost",
                        "seenTwice",
                        "receivedAgain",
                        "refused",
                        "lives",
                        "settledSeconds",
                        "seconds",
                        "findings"),
                keys(out.toString()));
    }

    @Test
    void network_bugsWithTooFewFaults_exitsWith1() {
        assertEquals(1, run("network", "--bugs", "--seeds=1", "--faults=1", "--json"), err::toString);
        assertTrue(out.toString().startsWith("{\"ok\":false,\"total\":15,\"killed\":"), out::toString);
    }

    @Test
    void network_noFaults_saysWhatIsExpected() {
        assertEquals(2, run("network", "--faults", "0"));
        assertTrue(err.toString().startsWith("otasim: --faults 0: must be at least 1"), err::toString);
    }

    @Test
    void profiles_listsWhatThereIs() {
        assertEquals(0, run("profiles"));
        for (String word : List.of("nor-w25q128jv", "uboot", "bad-then-good", "brown-out")) {
            assertTrue(out.toString().contains("  " + word + " "), word);
        }
    }

    @Test
    void profiles_json_hasTheSame() throws IOException {
        assertEquals(0, run("profiles", "--json"));
        assertEquals(List.of("profiles", "bootLoaders", "scenarios", "modes"), keys(out.toString()));
        assertTrue(out.toString().contains("{\"name\":\"uboot\",\"description\":\"U-Boot"), out::toString);
    }

    private static List<String> keys(String json) throws IOException {
        List<String> keys = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME
                        && parser.getParsingContext().getParent().inRoot()) {
                    keys.add(parser.currentName());
                }
            }
        }
        return keys;
    }
}

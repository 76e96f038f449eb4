// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table, compared with the design's rows, with the names of boards, and with docs/simulator.md. */
class AgentRowsTest {
    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void all_comparedWithTheDesign_areItsRowsInItsOrder() throws IOException {
        List<String> designed = Files.readAllLines(DOCS.resolve("design.md")).stream()
                .filter(line -> line.matches("\\| \\d+[a-e]? \\|.*"))
                .map(line -> line.split(" ?\\| ?")[1])
                .toList();

        assertEquals(
                designed, AgentRows.ALL.stream().map(AgentRows.Expected::id).toList());
    }

    @Test
    void all_placesOfARow_areOfTheCatalogue() {
        Set<String> boots =
                BootLoaders.all().stream().map(BootLoaders.Named::name).collect(Collectors.toSet());
        Set<String> scenarios =
                Scenarios.all().stream().map(scenario -> scenario.name()).collect(Collectors.toSet());

        for (AgentRows.Expected row : AgentRows.ALL) {
            assertTrue(boots.containsAll(row.boots()), row::toString);
            assertTrue(scenarios.containsAll(row.scenarios()), row::toString);
        }
    }

    @Test
    void all_comparedWithTheDocs_areTheSame() throws IOException {
        String documented = Files.readAllLines(DOCS.resolve("simulator.md")).stream()
                .dropWhile(line -> !line.equals("### Rows"))
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .collect(Collectors.joining("\n"));

        assertEquals(
                AgentRows.ALL.stream()
                        .map(row -> "| " + row.id() + " | " + row.modeName() + " | " + row.where() + " |")
                        .collect(Collectors.joining("\n")),
                documented);
    }
}

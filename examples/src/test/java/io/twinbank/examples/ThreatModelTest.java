// SPDX-License-Identifier: Apache-2.0
package io.twinbank.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every attack in docs/threat-model.md is met by a test that is there and runs. */
class ThreatModelTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern NAME = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`");
    private static final String SHOWN_BY = "| shown by |";

    private static List<String> attacks() throws IOException {
        List<String> rows = new ArrayList<>();
        boolean inTable = false;
        for (String line : Files.readAllLines(ROOT.resolve("docs/threat-model.md"))) {
            inTable = line.endsWith(SHOWN_BY) || (inTable && line.startsWith("|"));
            if (inTable && !line.endsWith(SHOWN_BY) && !line.startsWith("|-")) {
                rows.add(line);
            }
        }
        return rows;
    }

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                            .toList()) {
                        sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                    }
                }
            }
        }
        return sources;
    }

    @Test
    void attacks_each_namesTestsThatAreThereAndRun() throws IOException {
        Map<String, String> sources = testSources();
        List<String> wrong = new ArrayList<>();
        for (String attack : attacks()) {
            List<MatchResult> tests = NAME.matcher(attack).results().toList();
            if (tests.isEmpty()) {
                wrong.add("no test: " + attack);
            }
            for (MatchResult test : tests) {
                String source = sources.getOrDefault(test.group(1), "");
                String method = test.group(2) == null ? "class " + test.group(1) : "void " + test.group(2) + "(";
                if (!source.contains(method) || source.contains("@Disabled")) {
                    wrong.add("not there, or disabled: " + test.group());
                }
            }
        }

        assertEquals(List.of(), wrong);
        assertTrue(attacks().size() > 30, "only " + attacks().size() + " attacks found");
    }
}

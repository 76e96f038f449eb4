// SPDX-License-Identifier: Apache-2.0
package io.twinbank.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void snippet_comparedWithTheExample_isTheSame() throws IOException {
        String example = Files.readString(ROOT.resolve("examples/src/main/java/io/twinbank/examples/EmbedAgent.java"));

        String compiled = example.substring(
                        example.indexOf("// README: begin\n") + "// README: begin\n".length(),
                        example.indexOf("        // README: end"))
                .replaceAll("(?m)^ {8}", "");

        assertEquals(compiled, block("java"));
    }

    @Test
    void links_allOfThem_leadToFiles() throws IOException {
        Matcher links = Pattern.compile("]\\((?!https?:)([^)#]+)\\)").matcher(readme());
        int count = 0;

        while (links.find()) {
            count++;
            assertTrue(Files.exists(ROOT.resolve(links.group(1))), links.group(1) + " isn't there");
        }

        assertTrue(count >= 8, count + " links");
    }

    @Test
    void commands_bothOfThem_areTheOnesThatAreTried() throws IOException {
        String acceptance = Files.readString(ROOT.resolve(".ci/accept/end-to-end"));
        String ci = Files.readString(ROOT.resolve(".ci/run"));

        List<String> lines = readme().lines().toList();

        assertTrue(lines.contains("mvn -B -ntp -DskipTests package && java -jar simulator/target/otasim.jar demo"));
        assertTrue(acceptance.contains("grep -m1 '^mvn .*otasim.jar demo$' README.md"));
        assertTrue(lines.contains("mvn -B -ntp verify"));
        assertTrue(ci.contains("\nmvn -B -ntp verify -Dparts.required=all\n"));
    }

    private static String block(String language) throws IOException {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(readme());
        assertTrue(block.find(), "no block of " + language);
        return block.group(1);
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }
}

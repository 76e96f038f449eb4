// SPDX-License-Identifier: Apache-2.0
package io.twinbank.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What ends in {@code IT} runs only where the module's pom names the plugin for it; elsewhere it would pass by never running. */
class IntegrationTestsTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void modules_withIntegrationTests_runThem() throws IOException {
        List<Path> modules = modulesWithIntegrationTests();

        assertTrue(modules.contains(ROOT.resolve("agent-hal")), modules::toString);
        assertEquals(
                List.of(),
                modules.stream().filter(module -> !namesThePlugin(module)).toList());
    }

    private static List<Path> modulesWithIntegrationTests() throws IOException {
        try (Stream<Path> folders = Files.list(ROOT)) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("src/test")))
                    .filter(IntegrationTestsTest::hasIntegrationTests)
                    .sorted()
                    .toList();
        }
    }

    private static boolean hasIntegrationTests(Path module) {
        try (Stream<Path> files = Files.walk(module.resolve("src/test"))) {
            return files.anyMatch(file -> file.getFileName().toString().endsWith("IT.java"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean namesThePlugin(Path module) {
        try {
            return Files.readString(module.resolve("pom.xml"))
                    .contains("<artifactId>maven-failsafe-plugin</artifactId>");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

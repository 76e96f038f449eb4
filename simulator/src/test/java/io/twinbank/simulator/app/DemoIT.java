// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar, as a person runs it: in a process of its own, from a path with blanks. */
class DemoIT {
    private static final Path JAR = Path.of("target", "otasim.jar");

    @TempDir
    Path temp;

    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        folder = Files.createDirectory(temp.resolve("with blanks"));
        Files.copy(JAR, folder.resolve("otasim.jar"));
    }

    private record Run(int exit, String out, String err) {}

    private record Step(String name, String expected, String outcome, boolean ok) {}

    @Tag("slow")
    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void demo_packagedJar_doesAllStepsAsExpected() throws Exception {
        Run run = otasim("demo", "--json");

        String last = run.out().lines().reduce("", (before, line) -> line);
        List<Step> steps = steps(last);
        assertEquals(0, run.exit(), run.err());
        assertTrue(last.startsWith("{\"ok\":true,\"steps\":["), last);
        assertEquals(23, steps.size());
        for (Step step : steps) {
            assertTrue(step.ok(), step.toString());
            assertEquals(step.expected(), step.outcome());
        }
        for (String reason : List.of(
                "UNKNOWN_KEY",
                "PAYLOAD_DIGEST",
                "WRONG_CLASS",
                "SEQUENCE_TOO_LOW",
                "SECURITY_VERSION_TOO_LOW",
                "SELF_TEST_FAILED",
                "SELF_TEST_TIMEOUT")) {
            assertEquals(
                    1,
                    steps.stream()
                            .filter(step -> step.outcome().contains("(" + reason + ")"))
                            .count());
        }
        assertTrue(run.err().contains("fetched twice: "), run.err());
        assertTrue(run.err().contains("download goes on at "), run.err());
        assertTrue(run.err().contains("94 % saved"), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        assertTrue(isEmpty(folder.resolve("tmp")), "the demo's folder is left behind");
    }

    @Test
    void demo_imageCantBeRead_isUsage() throws Exception {
        Run run = otasim("demo", "--image", "none.img");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("none.img"), run.err());
        assertEquals(2, otasim().exit());
    }

    private Run otasim(String... args) throws IOException, InterruptedException {
        Path own = Files.createDirectories(folder.resolve("tmp"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-Djava.io.tmpdir=" + own,
                "-jar",
                "otasim.jar"));
        command.addAll(List.of(args));
        File out = Files.createTempFile(temp, "out", "").toFile();
        File err = Files.createTempFile(temp, "err", "").toFile();
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out)
                .redirectError(err)
                .start();
        try {
            return new Run(process.waitFor(), Files.readString(out.toPath()), Files.readString(err.toPath()));
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.noneMatch(file -> file.getFileName().toString().startsWith("twinbank-demo-"));
        }
    }

    private static List<Step> steps(String json) throws IOException {
        List<Step> steps = new ArrayList<>();
        String name = "";
        String expected = "";
        String outcome = "";
        boolean inSteps = false;
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.FIELD_NAME) {
                    continue;
                }
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "steps" -> inSteps = true;
                    case "name" -> name = parser.getText();
                    case "expected" -> expected = parser.getText();
                    case "outcome" -> outcome = parser.getText();
                    case "ok" -> {
                        if (inSteps) {
                            steps.add(new Step(name, expected, outcome, parser.getBooleanValue()));
                        }
                    }
                    default -> {}
                }
            }
        }
        return steps;
    }
}

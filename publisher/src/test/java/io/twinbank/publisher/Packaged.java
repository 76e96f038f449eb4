// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Processes of their own: the packaged jar in a small heap, and other commands. */
record Packaged(Path folder, Map<String, String> environment) {
    private static final Path JAR = Path.of("target", "otapub.jar");

    Run otapub(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-jar",
                JAR.toAbsolutePath().toString()));
        command.addAll(List.of(args));
        return run(command);
    }

    /** Runs another command, which must succeed. */
    String tool(Path executable, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(executable.toString()));
        command.addAll(List.of(args));
        Run run = run(command);
        if (run.exit() != 0) {
            throw new IllegalStateException(command + ": exit code " + run.exit() + "\n" + run.err() + run.out());
        }
        return run.out();
    }

    private Run run(List<String> command) throws IOException, InterruptedException {
        File out = Files.createTempFile("out", "").toFile();
        File err = Files.createTempFile("err", "").toFile();
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out)
                    .redirectError(err);
            builder.environment().putAll(environment);
            int exit = builder.start().waitFor();
            return new Run(exit, Files.readString(out.toPath()), Files.readString(err.toPath()));
        } finally {
            Files.delete(out.toPath());
            Files.delete(err.toPath());
        }
    }
}

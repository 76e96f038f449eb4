// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.publisher.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = {
            "A virtual gateway hears of signed firmware over MQTT and installs it, rolls a bad one back by itself, refuses"
                    + " forged and outdated ones, and survives power cuts.",
            "Everything runs in this process, on free ports of loopback."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DemoCommand implements Callable<Integer> {
    private static final long DEFAULT_IMAGE_BYTES = 8L << 20;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "what the firmware holds, of any size; by default 8 MiB of pseudo-random bytes")
    private @Nullable Path image;

    @Option(names = "--json", description = "print the results as one JSON object on standard output")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Path file = image;
        if (file != null && (!Files.isReadable(file) || Files.isDirectory(file) || Files.size(file) == 0)) {
            throw new ParameterException(
                    spec.commandLine(), "--image " + file + ": no file that can be read, or empty");
        }
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Files.createTempDirectory("twinbank-demo-");
        AtomicBoolean keep = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> sweep(folder, keep), "demo-sweeper"));
        Timeline timeline = new Timeline(json ? spec.commandLine().getErr() : out, Terminal.isPresent());
        long began = System.nanoTime();
        boolean ok = false;
        try (World world = new World(folder, file, DEFAULT_IMAGE_BYTES, timeline)) {
            List<StepResult> results = new Demo(world).run();
            ok = results.stream().allMatch(StepResult::ok);
            timeline.line("");
            timeline.line(StepResult.table(results));
            timeline.line(String.format(
                    Locale.ROOT,
                    "%s: %d of %d steps as expected, in %.1f s",
                    ok ? "GOOD" : "BAD",
                    results.stream().filter(StepResult::ok).count(),
                    results.size(),
                    (System.nanoTime() - began) / 1e9));
            if (json) {
                out.println(StepResult.json(ok, results));
            }
        } finally {
            if (!ok) {
                keep.set(true);
                timeline.line("kept for a look: " + folder);
            }
        }
        return ok ? 0 : 1;
    }

    /** Runs at the end of the process, also after Ctrl-C: who stops the demo isn't interested in what it leaves. */
    private static void sweep(Path folder, AtomicBoolean keep) {
        if (keep.get()) {
            return;
        }
        try {
            delete(folder);
        } catch (IOException | UncheckedIOException e) {
            // something is still being written into it; it lies in the folder for temporary files
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}

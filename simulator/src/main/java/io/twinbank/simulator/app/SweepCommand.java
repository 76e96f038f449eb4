// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.publisher.Terminal;
import io.twinbank.simulator.explore.Campaign;
import io.twinbank.simulator.explore.Demand;
import io.twinbank.simulator.explore.Exploration;
import io.twinbank.simulator.explore.Limits;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.ReportFiller;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.explore.SignatureMemory;
import io.twinbank.simulator.explore.Sweep;
import io.twinbank.simulator.report.HtmlReport;
import io.twinbank.simulator.report.JUnitReport;
import io.twinbank.simulator.report.JsonReport;
import io.twinbank.simulator.report.RunReport;
import io.twinbank.simulator.report.SweepReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "sweep",
        description = {
            "Runs the shipped agent on simulated boards and strikes it with power cuts and other faults, at every operation.",
            "Exit codes: 0 nothing bad found; 1 a violation; 2 usage; 3 the time ran out; 4 nothing was proved."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SweepCommand implements Callable<Integer> {
    private static final int VIOLATION = 1;
    private static final int BUDGET = 3;
    private static final int VACUOUS = 4;
    /** How many stories a report holds, over all its runs, and at least and most in one. */
    private static final int STORIES = 3_000;

    /** How many of the runs, evenly spread, ask whether the agent's memory is bounded. */
    private static final int ASKED = 3;

    private static final int FEWEST_STORIES = 2;
    private static final int MOST_STORIES = 1_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Selection selection;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "how faults are chosen, one of 'otasim profiles'; by default single, or depth with --depth")
    private @Nullable String mode;

    @Option(
            names = "--depth",
            paramLabel = "N",
            description = "how many power cuts strike one after another, at most; for --mode depth")
    private @Nullable Integer depth;

    @Option(
            names = "--seeds",
            paramLabel = "A..B",
            defaultValue = "0..999",
            description = "the seeds of --mode random, both included; 0..999 by default")
    private String seeds;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "stop after so long, and exit with 3 if not all was done")
    private @Nullable Double minutes;

    @Option(names = "--html", paramLabel = "FILE", description = "write a page that a browser shows")
    private @Nullable Path html;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "write everything as JSON, as docs/report.schema.json says")
    private @Nullable Path report;

    @Option(names = "--junit", paramLabel = "FILE", description = "write JUnit XML, as build servers read it")
    private @Nullable Path junit;

    @Option(names = "--json", description = "print the figures as one JSON object on standard output")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        AgentLog.off();
        SignatureMemory.install();
        Mode chosen = chosenMode();
        checkFiles();
        refuseIf(minutes != null && minutes < 0, "--minutes " + minutes + ": must not be negative");
        int cuts = depth != null ? depth : chosen == Mode.PAIRS ? 2 : 1;
        Limits limits = Limits.depth(cuts);
        boolean pictures = html != null || report != null;
        List<Sweep> sweeps = new ArrayList<>();
        SeedRange range = SeedRange.of(spec, seeds);
        List<Setting> settings = selection.settings();
        Demand demand = Demand.of(chosen, settings);
        for (Setting setting : settings) {
            Sweep sweep = new Sweep(setting, chosen, pictures ? limits : limits.withoutCells(), range.count());
            boolean asked = sweeps.size() % ((settings.size() + ASKED - 1) / ASKED) == 0;
            sweeps.add((asked ? sweep.askingGrowth() : sweep).fromSeed(range.first()));
        }
        int stories = Math.max(FEWEST_STORIES, Math.min(MOST_STORIES, STORIES / Math.max(1, sweeps.size())));
        ReportFiller filler = new ReportFiller(chosen, cuts, pictures ? stories : 0);
        Optional<Duration> budget = Optional.ofNullable(minutes).map(m -> Duration.ofMillis(Math.round(m * 60_000)));
        long began = System.nanoTime();
        AtomicBoolean cutShort = new AtomicBoolean();
        Function<Exploration, RunReport> digest = exploration -> {
            cutShort.compareAndSet(false, !exploration.closed());
            return filler.fill(exploration);
        };
        List<RunReport> runs = new Campaign<>(sweeps, digest)
                .run(
                        budget,
                        new SweepProgress(
                                spec.commandLine().getErr(),
                                Terminal.isPresent(),
                                sweeps.size(),
                                budget,
                                System::nanoTime));
        SweepReport found = new SweepReport(
                "otasim sweep, " + chosen.about(),
                "otasim " + String.join(" ", arguments()),
                new Otasim.Version().getVersion()[0],
                Machine.describe(),
                range.first(),
                (System.nanoTime() - began) / 1e9,
                runs,
                demand.compare(runs.stream().map(RunReport::reached).toList()));
        write(found);
        boolean outOfTime = cutShort.get() || runs.size() < sweeps.size();
        print(found, outOfTime);
        return exitCode(found, outOfTime);
    }

    private List<String> arguments() {
        return spec.commandLine().getParent().getParseResult().originalArgs();
    }

    private Mode chosenMode() {
        Mode chosen = mode != null ? Selection.named(spec, mode, Mode::of) : depth == null ? Mode.SINGLE : Mode.DEPTH;
        refuseIf(depth != null && depth < 1, "--depth " + depth + ": must be at least 1");
        refuseIf(
                depth != null && chosen != Mode.DEPTH,
                "--depth goes with --mode depth only; --mode " + chosen.text() + " has its own");
        return chosen;
    }

    /** A sweep of hours mustn't end because its report can't be written. */
    private void checkFiles() {
        for (Path file : Stream.of(html, report, junit).filter(Objects::nonNull).toList()) {
            Path folder = file.toAbsolutePath().getParent();
            refuseIf(
                    Files.isDirectory(file) || folder == null || !Files.isDirectory(folder),
                    file + ": can't be written, "
                            + (Files.isDirectory(file) ? "it is a folder" : "its folder doesn't exist"));
        }
    }

    private void refuseIf(boolean mistaken, String why) {
        if (mistaken) {
            throw new ParameterException(spec.commandLine(), why);
        }
    }

    private void write(SweepReport found) throws IOException {
        if (html != null) {
            HtmlReport.write(found, html);
        }
        if (report != null) {
            try (Writer out = Files.newBufferedWriter(report)) {
                JsonReport.write(found, out);
            }
        }
        if (junit != null) {
            try (Writer out = Files.newBufferedWriter(junit)) {
                JUnitReport.write(found, out);
            }
        }
    }

    private void print(SweepReport found, boolean outOfTime) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonReport.line(found));
        } else {
            out.print(SweepText.of(found, outOfTime));
        }
        out.flush();
    }

    private static int exitCode(SweepReport found, boolean cutShort) {
        if (found.violations() > 0) {
            return VIOLATION;
        }
        if (cutShort) {
            return BUDGET;
        }
        return found.ok() ? 0 : VACUOUS;
    }
}

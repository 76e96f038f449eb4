// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Exploration;
import io.twinbank.simulator.explore.Explorer;
import io.twinbank.simulator.explore.Limits;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.explore.SignatureMemory;
import io.twinbank.simulator.explore.TraceHash;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.scenario.Scenarios;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = "Measures how fast one core explores, on a quiet machine: medians after a warm-up.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class BenchCommand implements Callable<Integer> {
    private static final int MODEL_IMAGE = 64 << 10;
    private static final int SMALL_IMAGE = 4 << 10;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "measured rounds, at least 1; ${DEFAULT-VALUE} by default")
    private int rounds;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            defaultValue = "nor-w25q128jv",
            description = "what the board stores on, one of 'otasim profiles'; ${DEFAULT-VALUE} by default")
    private String profile;

    @Option(
            names = "--trace-hash",
            paramLabel = "SEEDS",
            description = "measure nothing: print the hash of all that so many random schedules do")
    private long traceHashSeeds;

    @Override
    public Integer call() {
        AgentLog.off();
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds " + rounds + ": must be at least 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (traceHashSeeds > 0) {
            SignatureMemory.install();
            out.println(TraceHash.ofRandom(setting(SMALL_IMAGE), traceHashSeeds));
            return 0;
        }
        Setting model = setting(MODEL_IMAGE);
        out.println(Machine.describe());
        Limits recovering = Limits.single().forgetting().withoutCells();
        print(out, "recovered cuts per second, 64 KiB, every signature checked each time", model, recovering);
        SignatureMemory.install();
        print(out, "recovered cuts per second, 64 KiB, each different signature checked once", model, recovering);
        print(
                out,
                "post-cut states considered per second, pairs, 4 KiB",
                setting(SMALL_IMAGE),
                Limits.depth(2).withoutCells());
        return 0;
    }

    private Setting setting(int imageBytes) {
        return Setting.of(
                Selection.named(spec, profile, Profiles::named),
                BootLoaders.named("uboot"),
                Scenarios.named("update").withImageBytes(imageBytes));
    }

    private void print(PrintWriter out, String what, Setting setting, Limits limits) {
        List<Double> rates = new ArrayList<>();
        long cuts = 0;
        for (int round = 0; round <= rounds; round++) {
            Exploration found = new Explorer(setting, limits).explore();
            cuts = found.cuts();
            if (round > 0) {
                rates.add(found.cuts() / found.seconds());
            }
        }
        Collections.sort(rates);
        out.printf(Locale.ROOT, "%,10.0f  %s (%s, %,d of them)%n", rates.get(rates.size() / 2), what, setting, cuts);
        out.flush();
    }
}

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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
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
        String recovered = "recovered cuts per second, 64 KiB, ";
        print(out, recovered + "every signature checked each time", Exploration::cuts, measure(model, recovering));
        SignatureMemory.install();
        print(out, recovered + "each different signature checked once", Exploration::cuts, measure(model, recovering));
        List<Exploration> pairs = measure(setting(SMALL_IMAGE), Limits.depth(2).withoutCells());
        print(out, "post-cut states made and looked up per second, pairs, 4 KiB", Exploration::cuts, pairs);
        print(out, "post-cut states whose end is known by that per second", Exploration::schedules, pairs);
        return 0;
    }

    private Setting setting(int imageBytes) {
        return Setting.of(
                Selection.named(spec, profile, Profiles::named),
                BootLoaders.named("uboot"),
                Scenarios.named("update").withImageBytes(imageBytes));
    }

    /** Without the first round, in which Java compiles. */
    private List<Exploration> measure(Setting setting, Limits limits) {
        List<Exploration> found = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            found.add(new Explorer(setting, limits).explore());
        }
        return found.subList(1, found.size());
    }

    private static void print(
            PrintWriter out, String what, ToLongFunction<Exploration> number, List<Exploration> found) {
        double[] rates = found.stream()
                .mapToDouble(each -> number.applyAsLong(each) / each.seconds())
                .sorted()
                .toArray();
        Exploration one = found.get(0);
        out.printf(
                Locale.ROOT,
                "%,10.0f  %s (%s, %,d of them)%n",
                rates[rates.length / 2],
                what,
                one.setting(),
                number.applyAsLong(one));
        out.flush();
    }
}

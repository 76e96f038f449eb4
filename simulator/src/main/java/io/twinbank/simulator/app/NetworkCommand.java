// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.publisher.Terminal;
import io.twinbank.simulator.network.Finding;
import io.twinbank.simulator.network.NetworkBug;
import io.twinbank.simulator.network.NetworkBugs;
import io.twinbank.simulator.network.NetworkHunt;
import io.twinbank.simulator.network.NetworkResult;
import io.twinbank.simulator.network.NetworkRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "network",
        description = {
            "Runs the shipped agent over the shipped MQTT transport against a broker and a network that fail, in virtual time.",
            "Exit codes: 0 nothing bad found, or all bugs were noticed; 1 not so; 2 usage; 4 nothing was proved."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class NetworkCommand implements Callable<Integer> {
    private static final int BAD = 1;
    private static final int VACUOUS = 4;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seeds",
            paramLabel = "A..B",
            defaultValue = "1..10",
            description = "what everything is drawn from, both included; 1..10 by default")
    private String seeds;

    @Option(
            names = "--faults",
            paramLabel = "N",
            defaultValue = "1000",
            description = "how many faults strike with each seed, 1000 by default; with --bugs, at most")
    private int faults;

    @Option(
            names = "--bugs",
            description = "hunt the seeded bugs: each with one seed after another, until it is noticed")
    private boolean bugs;

    @Option(names = "--json", description = "print the result as one JSON object on standard output")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        AgentLog.off();
        SeedRange range = SeedRange.of(spec, seeds);
        if (faults < 1) {
            throw new ParameterException(spec.commandLine(), "--faults " + faults + ": must be at least 1");
        }
        return bugs ? hunt(range) : run(range);
    }

    private int run(SeedRange range) throws IOException {
        NetworkProgress progress =
                new NetworkProgress(spec.commandLine().getErr(), Terminal.isPresent(), range.count(), System::nanoTime);
        long began = System.nanoTime();
        List<NetworkResult> results = new ArrayList<>();
        for (long seed = range.first(); seed <= range.last(); seed++) {
            NetworkResult result = new NetworkRun(seed, faults, Optional.empty(), progress::struck).run();
            results.add(result);
            progress.ended(result);
        }
        progress.close();
        NetworkText text = new NetworkText(results, (System.nanoTime() - began) / 1e9);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(text.json());
        } else {
            out.print(text.table());
        }
        out.flush();
        return text.findings() > 0 ? BAD : text.proves(faults) ? 0 : VACUOUS;
    }

    private int hunt(SeedRange range) throws IOException {
        PrintWriter say =
                json ? spec.commandLine().getErr() : spec.commandLine().getOut();
        List<NetworkBug> all = NetworkBugs.all();
        List<NetworkHunt> hunts = new ArrayList<>();
        for (NetworkBug bug : all) {
            NetworkHunt hunt = NetworkHunt.of(bug, range.first(), range.last(), faults);
            hunts.add(hunt);
            say.println(String.format(
                    Locale.ROOT,
                    "%d/%d %s: %s%n        %s",
                    hunts.size(),
                    all.size(),
                    bug.id(),
                    bug.about(),
                    hunt.finding()
                            .map(finding -> finding.oracle() + " with seed " + hunt.seed() + ": " + finding.detail())
                            .orElse("NOT NOTICED by any seed of " + seeds)));
        }
        long killed = hunts.stream().filter(NetworkHunt::killed).count();
        say.println(killed + " of " + hunts.size() + " noticed");
        if (json) {
            spec.commandLine().getOut().println(json(hunts, killed));
        }
        return killed == hunts.size() ? 0 : BAD;
    }

    private static String json(List<NetworkHunt> hunts, long killed) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartObject();
            out.writeBooleanField("ok", killed == hunts.size());
            out.writeNumberField("total", hunts.size());
            out.writeNumberField("killed", killed);
            out.writeArrayFieldStart("bugs");
            for (NetworkHunt hunt : hunts) {
                out.writeStartObject();
                out.writeStringField("id", hunt.bug().id());
                out.writeBooleanField("killed", hunt.killed());
                out.writeStringField(
                        "killedBy", hunt.finding().map(Finding::oracle).orElse(""));
                out.writeNumberField("seed", hunt.seed());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        return text.toString();
    }
}

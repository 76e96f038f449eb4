// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.simulator.explore.SignatureMemory;
import io.twinbank.simulator.mutant.Hunt;
import io.twinbank.simulator.mutant.Mutant;
import io.twinbank.simulator.mutant.MutantRun;
import io.twinbank.simulator.mutant.Mutants;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "mutants",
        description = {
            "Hunts seeded bugs: the proof that a sweep which finds nothing would have found something.",
            "Exit codes: 0 all were noticed, without a false alarm; 1 not so; 2 usage."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class MutantsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "print the result as one JSON object on standard output")
    private boolean json;

    @Parameters(arity = "0..*", paramLabel = "ID", description = "only these, such as M09")
    private List<String> only = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        AgentLog.off();
        SignatureMemory.install();
        PrintWriter say =
                json ? spec.commandLine().getErr() : spec.commandLine().getOut();
        List<Mutant> chosen = chosen();
        List<MutantRun> runs = new ArrayList<>();
        Hunt hunt = new Hunt();
        for (Mutant mutant : chosen) {
            MutantRun run = hunt.run(mutant);
            runs.add(run);
            say.println(line(run, runs.size(), chosen.size()));
        }
        long killed = runs.stream().filter(MutantRun::killed).count();
        long falseAlarms =
                runs.stream().mapToLong(run -> run.falseAlarms().size()).sum();
        boolean ok = killed == runs.size() && falseAlarms == 0;
        say.println(killed + " of " + runs.size() + " noticed, " + falseAlarms + " false alarms");
        if (json) {
            spec.commandLine().getOut().println(json(runs, ok, killed, falseAlarms));
        }
        return ok ? 0 : 1;
    }

    private List<Mutant> chosen() {
        try {
            return only.isEmpty()
                    ? Mutants.all()
                    : only.stream().map(Mutants::named).toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), e.getMessage() + "; 'otasim mutants' without one hunts all of them");
        }
    }

    private static String line(MutantRun run, int number, int all) {
        Mutant mutant = run.mutant();
        String how = run.killed()
                ? run.killedBy() + " by " + mutant.mode().text() + ": " + run.replay()
                : "NOT NOTICED by " + mutant.mode().text();
        String alarms = run.falseAlarms().isEmpty() ? "" : ", FALSE ALARMS: " + run.falseAlarms();
        return String.format(
                Locale.ROOT,
                "%d/%d %s, %.1f s: %s%n        %s%s",
                number,
                all,
                mutant.id(),
                run.seconds(),
                mutant.about(),
                how,
                alarms);
    }

    private static String json(List<MutantRun> runs, boolean ok, long killed, long falseAlarms) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartObject();
            out.writeBooleanField("ok", ok);
            out.writeNumberField("total", runs.size());
            out.writeNumberField("killed", killed);
            out.writeNumberField("falseAlarms", falseAlarms);
            out.writeArrayFieldStart("mutants");
            for (MutantRun run : runs) {
                out.writeStartObject();
                out.writeStringField("id", run.mutant().id());
                out.writeBooleanField("killed", run.killed());
                out.writeStringField("killedBy", run.killedBy());
                out.writeStringField("mode", run.mutant().mode().text());
                out.writeNumberField("seconds", run.seconds());
                out.writeStringField("replay", run.replay());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        return text.toString();
    }
}

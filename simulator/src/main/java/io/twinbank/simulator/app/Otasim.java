// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinbank.simulator.scenario.InvalidScenarioException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.TimeoutException;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code otasim}. Exit codes: 0 good, 1 the answer is no, 2 usage, 3 the budget ran out, 4 nothing was proved.
 */
@Command(
        name = "otasim",
        description = "A virtual gateway that updates itself, and what can go wrong with it.",
        mixinStandardHelpOptions = true,
        versionProvider = Otasim.Version.class,
        subcommands = {
            DemoCommand.class,
            SweepCommand.class,
            ReplayCommand.class,
            ShrinkCommand.class,
            MutantsCommand.class,
            NetworkCommand.class,
            BenchCommand.class,
            ProfilesCommand.class
        })
public final class Otasim implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Otasim() {}

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.setProperty("logback.configurationFile", "io/twinbank/simulator/app/logback.xml");
        LogManager.getLogManager().reset(); // Paho's log of each lost connection; the transport tells of them itself
        System.exit(command(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8))
                .execute(args));
    }

    /** The command line, ready to be executed. */
    static CommandLine command(PrintWriter out, PrintWriter err) {
        return new CommandLine(new Otasim())
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(Otasim::explain)
                .setParameterExceptionHandler(Otasim::refuse);
    }

    /** The mistake in one line; a page of help would hide it. */
    private static int refuse(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("otasim: " + e.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(e, err) && command.getParent() == null) {
            command.usage(err);
        } else {
            err.println("'" + command.getCommandSpec().qualifiedName() + " --help' tells what there is");
        }
        return CommandLine.ExitCode.USAGE;
    }

    /** What the machine refuses gets words; a stack trace is for our own mistakes. */
    private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (e instanceof InvalidScenarioException) {
            command.getErr().println("otasim: scenario file, " + e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        if (!(e instanceof IOException || e instanceof TimeoutException)) {
            throw e;
        }
        command.getErr().println("otasim: " + e.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "say what to do: otasim demo, sweep, replay, shrink, mutants, network, bench or profiles");
    }

    /** The version of the jar that runs. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Otasim.class.getPackage().getImplementationVersion();
            return new String[] {"otasim " + (version == null ? "(not packaged)" : version)};
        }
    }
}

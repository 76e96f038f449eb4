// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.TimeoutException;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code otasim}. Exit codes: 0 good, 1 the answer is no, 2 usage. */
@Command(
        name = "otasim",
        description = "A virtual gateway that updates itself, and what can go wrong with it.",
        mixinStandardHelpOptions = true,
        versionProvider = Otasim.Version.class,
        subcommands = {DemoCommand.class})
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
        System.exit(new CommandLine(new Otasim())
                .setOut(new PrintWriter(System.out, true, UTF_8))
                .setErr(new PrintWriter(System.err, true, UTF_8))
                .setExecutionExceptionHandler(Otasim::explain)
                .execute(args));
    }

    /** What the machine refuses gets words; a stack trace is for our own mistakes. */
    private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (!(e instanceof IOException || e instanceof TimeoutException)) {
            throw e;
        }
        command.getErr().println("otasim: " + e.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: otasim demo");
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

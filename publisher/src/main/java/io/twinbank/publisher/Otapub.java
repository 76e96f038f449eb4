// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.security.GeneralSecurityException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code otapub}. Exit codes: 0 good, 1 the answer is no or a file is in the way, 2 usage. */
@Command(
        name = "otapub",
        description = "The factory side of Twinbank: keys, and signed SUIT envelopes.",
        mixinStandardHelpOptions = true,
        versionProvider = Otapub.Version.class,
        subcommands = {
            KeygenCommand.class,
            PackCommand.class,
            DeltaCommand.class,
            SignCommand.class,
            DigestCommand.class,
            AttachCommand.class,
            ReleaseCommand.class,
            InspectCommand.class,
            VerifyCommand.class,
            IndexCommand.class,
            CommandCommand.class,
            TrustCommand.class
        })
public final class Otapub implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Made by {@link #run}. */
    Otapub() {}

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(run(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), args));
    }

    /**
     * Runs the command.
     *
     * @param out for answers
     * @param err for errors and progress
     * @param args the command line
     * @return the exit code
     */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Otapub())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Otapub::explain)
                .execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: otapub COMMAND");
    }

    /** A person's mistake gets words; a stack trace is for ours. */
    private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (!(e instanceof IOException) && !(e instanceof GeneralSecurityException)) {
            throw e;
        }
        command.getErr().println("otapub: " + Words.of(e));
        return CommandLine.ExitCode.SOFTWARE;
    }

    static String version() {
        String version = Otapub.class.getPackage().getImplementationVersion();
        return "otapub " + (version == null ? "(not packaged)" : version);
    }

    /** The version of the jar that runs. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {version()};
        }
    }
}

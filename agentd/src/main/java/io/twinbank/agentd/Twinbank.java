// SPDX-License-Identifier: Apache-2.0
package io.twinbank.agentd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinbank.agentd.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code twinbank}. Exit codes: 0 good; 1 the answer is no, such as an update that was refused, or a device that can't be
 * read; 2 usage, also of the configuration file.
 */
@Command(
        name = "twinbank",
        description = "The Twinbank update agent on a Linux gateway.",
        mixinStandardHelpOptions = true,
        versionProvider = Twinbank.Version.class)
public final class Twinbank implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            RunCommand.class,
            InstallCommand.class,
            StatusCommand.class,
            ConfirmCommand.class,
            ConsentCommand.class,
            PlanCommand.class,
            DoctorCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Made by {@link #run}. */
    Twinbank() {}

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        AgentLog.configure();
        System.exit(run(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), args));
    }

    /**
     * Runs the command.
     *
     * @param out for answers
     * @param err for errors, progress and logs
     * @param args the command line
     * @return the exit code
     */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine command = new CommandLine(new Twinbank());
        commands(args).forEach(command::addSubcommand);
        return command.setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(Twinbank::explain)
                .execute(args);
    }

    /** Returns the command that is meant, or all: to read the options of one takes as long as to start the agent. */
    private static List<Class<?>> commands(String... args) {
        List<Class<?>> meant = COMMANDS.stream()
                .filter(type -> args.length > 0
                        && type.getAnnotation(Command.class).name().equals(args[0]))
                .toList();
        return meant.isEmpty() ? COMMANDS : meant;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do: twinbank COMMAND");
    }

    /** What is wrong with the device or its configuration gets words; a stack trace is for what is wrong with us. */
    private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (e instanceof ConfigException config) {
            config.problems().forEach(problem -> command.getErr().println("twinbank: " + problem));
            return CommandLine.ExitCode.USAGE;
        } else if (e instanceof IOException) {
            command.getErr().println("twinbank: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw e;
    }

    /** The version of the jar that runs. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Twinbank.class.getPackage().getImplementationVersion();
            return new String[] {"twinbank " + (version == null ? "(not packaged)" : version)};
        }
    }
}

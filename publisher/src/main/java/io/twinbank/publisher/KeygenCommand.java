// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "keygen",
        description = {
            "Makes a signing key: KEY (private, PKCS #8, for its owner only) and KEY's .pub.pem (public).",
            "hmac-256 makes KEY only, a COSE_Key for its owner and one device: whoever has it can make MACs."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class KeygenCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--alg",
            paramLabel = "ALG",
            defaultValue = "ed25519",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
    private Keys.Algorithm algorithm;

    @Option(
            names = "--signatures",
            paramLabel = "N",
            defaultValue = "1024",
            description = "how many signatures an hss-lms key is good for, at least: 32, 1024 or 1048576 are made;"
                    + " default ${DEFAULT-VALUE}")
    private long signatures;

    @Option(
            names = "--out",
            paramLabel = "KEY",
            required = true,
            description = "the private or shared key's file, such as fw.pem")
    private Path out;

    @Option(names = "--force", description = "replace files that exist; a lost signing key can't be had again")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        if (signatures < 1 || signatures > HssKeyFile.MAX_SIGNATURES) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--signatures must be from 1 to " + HssKeyFile.MAX_SIGNATURES + ": " + signatures);
        }
        PrivateKeys.generate(algorithm, signatures, out, force);
        if (algorithm == Keys.Algorithm.HMAC_256) {
            spec.commandLine().getOut().println("shared key  " + out + " (keep it secret)");
            spec.commandLine()
                    .getOut()
                    .println(
                            "Whoever has it can make firmware for each device that has it: give every device a key of its"
                                    + " own, in the factory.");
            return 0;
        }
        spec.commandLine().getOut().println("private key " + out + " (keep it secret)");
        spec.commandLine().getOut().println("public key  " + Keys.publicFile(out));
        if (algorithm == Keys.Algorithm.HSS_LMS) {
            spec.commandLine()
                    .getOut()
                    .println("The private key's file changes with each signature: sign with it where it lies, and never"
                            + " with a copy or an older state of it. Who has two signatures by one state has the key.");
        }
        return 0;
    }
}

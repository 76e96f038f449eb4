// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "keygen",
        description = "Makes a signing key: KEY (private, PKCS #8, for its owner only) and KEY's .pub.pem (public).",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class KeygenCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--alg",
            paramLabel = "ALG",
            defaultValue = "ed25519",
            description = "ed25519 or p256; default ${DEFAULT-VALUE}")
    private Keys.Algorithm algorithm;

    @Option(
            names = "--out",
            paramLabel = "KEY",
            required = true,
            description = "the private key's file, such as fw.pem")
    private Path out;

    @Option(names = "--force", description = "replace files that exist; a lost signing key can't be had again")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        Keys.write(Keys.generate(algorithm), out, force);
        spec.commandLine().getOut().println("private key " + out + " (keep it secret)");
        spec.commandLine().getOut().println("public key  " + Keys.publicFile(out));
        return 0;
    }
}

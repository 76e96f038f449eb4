// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.SigningKey;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "sign",
        description = {
            "Shows what an envelope says, and adds a signature to it: the second person's part.",
            "Envelopes that devices would refuse whoever signed them aren't signed."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class SignCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the envelope")
    private Path file;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            required = true,
            description = "private key that signs, a PEM file or one in a token: pkcs11:token=TOKEN;object=KEY,"
                    + " or a shared key, which makes a MAC")
    private String key;

    @Option(
            names = "--manifest",
            paramLabel = "DIGEST",
            description = "sign only the manifest with this digest (sha-256:...), and ask nobody")
    private @Nullable String expected;

    @Option(names = "--out", paramLabel = "FILE", description = "where to write; by default the envelope is replaced")
    private @Nullable Path out;

    @Option(names = "--json", description = "print one JSON object instead of the manifest")
    private boolean json;

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        Signable envelope = Signable.read(file);
        String found = envelope.manifestDigest().toString();
        if (expected != null && !expected.equals(found)) {
            throw new IOException(file + ": the manifest has the digest " + found + ", not " + expected);
        }
        if (!json) {
            spec.commandLine().getOut().print(envelope.text());
            spec.commandLine().getOut().flush();
        }
        if (expected == null && !agreed()) {
            spec.commandLine().getErr().println("otapub: not signed");
            return 1;
        }
        SigningKey signer = Keys.signingKey(key);
        Path target = out == null ? file : out;
        Envelopes.write(target, envelope.signedBy(signer));
        spec.commandLine().getOut().println(new Signed(target, envelope, signer).answer(json));
        return 0;
    }

    private boolean agreed() {
        @Nullable Console console = Terminal.isPresent() ? System.console() : null;
        if (console == null) {
            throw new ParameterException(
                    spec.commandLine(), "nobody is there to be asked: say --manifest DIGEST, which inspect shows");
        }
        String answer = console.readLine("Sign this with %s? Type yes: ", key);
        return answer != null && answer.trim().equals("yes");
    }
}

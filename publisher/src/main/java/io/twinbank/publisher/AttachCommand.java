// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.cose.SigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "attach",
        description =
                "Adds a signature that was made elsewhere over what digest wrote. One that isn't good is refused.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class AttachCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the envelope that digest was asked about")
    private Path file;

    @Option(
            names = "--public-key",
            paramLabel = "KEY.pub.pem",
            required = true,
            description = "the public half of the key that signed")
    private Path publicKey;

    @Option(
            names = "--signature",
            paramLabel = "SIG",
            required = true,
            description = "the signature, as bytes; of ECDSA either DER or r and s side by side")
    private Path signature;

    @Option(names = "--out", paramLabel = "FILE", description = "where to write; by default the envelope is replaced")
    private @Nullable Path out;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        Signable envelope = Signable.read(file);
        SigningKey signer = Elsewhere.of(publicKey).with(readSignature());
        Path target = out == null ? file : out;
        Envelopes.write(target, envelope.signedBy(signer));
        spec.commandLine().getOut().println(new Signed(target, envelope, signer).answer(json));
        return 0;
    }

    private byte[] readSignature() throws IOException {
        int most = Envelopes.LIMITS.authenticationBlockBytes();
        try (InputStream in = Files.newInputStream(signature)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new IOException(signature + " is no signature: larger than " + most + " bytes");
            }
            return bytes;
        }
    }
}

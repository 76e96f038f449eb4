// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.cose.CoseAlgorithm;
import io.twinbank.core.suit.Digest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
        name = "digest",
        description = {
            "Writes what a key signs, for a key that signs elsewhere; attach then takes the signature.",
            "What is written is the message: the elsewhere hashes it by the key's algorithm: ECDSA on P-256 by SHA-256, on P-384 by SHA-384."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DigestCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the envelope, such as of pack --unsigned")
    private Path file;

    @Option(
            names = "--public-key",
            paramLabel = "KEY.pub.pem",
            required = true,
            description = "the public half of the key that will sign")
    private Path publicKey;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "where to write what is to be signed")
    private Path out;

    @Option(
            names = "--hash-out",
            paramLabel = "FILE",
            description = "where to write its hash, for a token that signs hashes by ECDSA")
    private @Nullable Path hashOut;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        Signable envelope = Signable.read(file);
        Elsewhere signer = Elsewhere.of(publicKey);
        envelope.requireNew(signer.key());
        CoseAlgorithm algorithm = signer.algorithm();
        byte[] message = envelope.toBeSigned(algorithm);
        Digest hash = signer.hash(message);
        Files.write(out, message);
        if (hashOut != null) {
            Files.write(hashOut, hash.bytes());
        }
        PrintWriter answer = spec.commandLine().getOut();
        if (json) {
            answer.println(json(envelope, signer, message.length, hash));
            return 0;
        }
        answer.print(envelope.text());
        answer.println("to be signed by " + algorithm.label() + " key " + signer.key());
        answer.println("message     " + out + ", " + message.length + " bytes");
        answer.println("hash        " + hash);
        return 0;
    }

    private String json(Signable envelope, Elsewhere signer, int bytes, Digest hash) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator object = new JsonFactory().createGenerator(text)) {
            object.writeStartObject();
            object.writeStringField("file", out.toString());
            object.writeNumberField("bytes", bytes);
            object.writeStringField("hash", hash.toString());
            object.writeStringField("manifestDigest", envelope.manifestDigest().toString());
            object.writeNumberField("sequence", envelope.manifest().sequence());
            object.writeStringField("kid", signer.key().toString());
            object.writeStringField("alg", signer.algorithm().label());
            object.writeEndObject();
        }
        return text.toString();
    }
}

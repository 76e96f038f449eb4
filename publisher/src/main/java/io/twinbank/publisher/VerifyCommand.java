// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.RejectedException;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.Judgement;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.Signer;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        description = {
            "Judges envelopes with the code that runs on a device: authentic = the manifest's digest is right and the"
                    + " signatures verify; accepted = also well-formed and within what a device supports.",
            "Exit code 0 if all are accepted, else 1."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class VerifyCommand implements Callable<Integer> {
    private static final JsonFactory JSON = new JsonFactory();

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "the envelopes")
    private List<Path> files;

    @Option(
            names = "--trust",
            paramLabel = "KEY",
            required = true,
            arity = "1..*",
            description = "public keys (.pub.pem) or shared keys, any one of which may sign; put them after the files")
    private List<Path> trust;

    @Option(names = "--json", description = "print one JSON object a line, one for each file")
    private boolean json;

    /** What a file came to: a judgement, and the routes of what is accepted; or why there is none. */
    private record Verdict(
            String file,
            @Nullable Judgement judgement,
            List<RouteCost> routes,
            @Nullable String unreadable) {
        boolean accepted() {
            return judgement != null && judgement.accepted();
        }
    }

    @Override
    public Integer call() throws IOException {
        TrustPolicy policy = policy();
        PrintWriter out = spec.commandLine().getOut();
        boolean all = true;
        for (Path file : files) {
            Verdict verdict = judge(file, policy);
            out.println(json ? json(verdict) : words(verdict));
            all &= verdict.accepted();
        }
        return all ? 0 : 1;
    }

    private TrustPolicy policy() {
        List<TrustAnchor> anchors = new ArrayList<>();
        for (Path file : trust) {
            try {
                anchors.add(Keys.readTrusted(file).anchor(file.toString(), Role.FIRMWARE));
            } catch (IOException e) {
                throw new ParameterException(spec.commandLine(), "--trust " + Words.of(e), e);
            }
        }
        return new TrustPolicy(anchors, Map.of());
    }

    private static Verdict judge(Path file, TrustPolicy policy) {
        try {
            byte[] envelope = Envelopes.read(file);
            Judgement judgement = new ManifestVerifier(Envelopes.LIMITS).judge(envelope, policy, Role.FIRMWARE);
            return new Verdict(file.toString(), judgement, judgement.accepted() ? routes(envelope) : List.of(), null);
        } catch (IOException e) {
            return new Verdict(file.toString(), null, List.of(), Words.of(e));
        }
    }

    private static List<RouteCost> routes(byte[] bytes) {
        try {
            SuitEnvelope envelope = SuitEnvelope.decode(bytes, Envelopes.LIMITS);
            return ManifestImages.routes(envelope, SuitManifest.decode(envelope, Envelopes.LIMITS));
        } catch (RejectedException e) {
            throw new IllegalStateException("it was accepted just now", e);
        }
    }

    private static String words(Verdict verdict) {
        Judgement judgement = verdict.judgement();
        if (judgement == null) {
            return "unreadable  " + verdict.unreadable();
        }
        StringBuilder text = new StringBuilder();
        text.append(judgement.accepted() ? "accepted    " : "REFUSED     ").append(verdict.file());
        judgement
                .rejection()
                .ifPresent(rejection -> text.append("\n    ").append(Words.printable(rejection.toString())));
        text.append("\n    authentic: ").append(judgement.authentic() ? "yes" : "no");
        for (Signer signer : judgement.signers()) {
            text.append(signer.mac() ? "\n    MAC:       " : "\n    signature: ")
                    .append(signer.algorithm())
                    .append(signer.kid().isEmpty() ? ", no key id" : " by key " + signer.kid())
                    .append(signer.valid() ? ", valid" : ", not valid with these keys");
        }
        judgement
                .manifestDigest()
                .map(Digest::toString)
                .ifPresent(d -> text.append("\n    manifest:  ").append(d));
        if (judgement.sequence().isPresent()) {
            text.append("\n    sequence:  ")
                    .append(Long.toUnsignedString(judgement.sequence().getAsLong()));
        }
        for (RouteCost route : verdict.routes()) {
            text.append("\n    route:     ").append(Words.printable(route.component() + ", " + route.words()));
        }
        return text.toString();
    }

    private static String json(Verdict verdict) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator line = JSON.createGenerator(text)) {
            write(verdict, line);
        }
        return text.toString();
    }

    private static void write(Verdict verdict, JsonGenerator line) throws IOException {
        Judgement judgement = verdict.judgement();
        line.writeStartObject();
        line.writeStringField("file", verdict.file());
        line.writeBooleanField("authentic", judgement != null && judgement.authentic());
        line.writeBooleanField("accepted", verdict.accepted());
        if (judgement == null) {
            line.writeNullField("reason");
            line.writeStringField("detail", verdict.unreadable());
            line.writeNullField("manifestDigest");
            line.writeNullField("sequence");
            line.writeArrayFieldStart("signers");
        } else {
            line.writeStringField(
                    "reason", judgement.rejection().map(r -> r.reason().name()).orElse(null));
            line.writeStringField("detail", judgement.rejection().map(Words::of).orElse(null));
            line.writeStringField(
                    "manifestDigest",
                    judgement.manifestDigest().map(Digest::toString).orElse(null));
            line.writeFieldName("sequence");
            if (judgement.sequence().isPresent()) {
                line.writeNumber(Long.toUnsignedString(judgement.sequence().getAsLong()));
            } else {
                line.writeNull();
            }
            line.writeArrayFieldStart("signers");
            for (Signer signer : judgement.signers()) {
                line.writeStartObject();
                line.writeStringField("kid", signer.kid());
                line.writeStringField("alg", signer.algorithm());
                line.writeBooleanField("valid", signer.valid());
                line.writeEndObject();
            }
        }
        line.writeEndArray();
        RouteCost.write(line, verdict.routes());
        line.writeEndObject();
    }
}

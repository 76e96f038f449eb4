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
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "release",
        description = {
            "Writes the release file of an envelope that enough people signed: what was signed by whom.",
            "Exit code 0 if it was written, 1 if the envelope is refused."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ReleaseCommand implements Callable<Integer> {
    private static final String EPOCH = "SOURCE_DATE_EPOCH";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the envelope")
    private Path file;

    @Option(
            names = "--policy",
            paramLabel = "POLICY.json",
            required = true,
            description = "who may sign, and how many people must (2 unless it says otherwise)")
    private Path policyFile;

    @Option(
            names = "--provenance",
            paramLabel = "FILE",
            description = "refuse unless the manifest names this attestation, for each component")
    private @Nullable Path provenance;

    @Option(
            names = "--time",
            paramLabel = "INSTANT",
            description =
                    "put a time into the file, such as 2026-01-31T12:00:00Z; by default what the environment variable "
                            + EPOCH + " says, else none")
    private @Nullable Instant time;

    @Option(names = "--out", paramLabel = "RELEASE.json", required = true, description = "where to write the file")
    private Path out;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    /** Why there is no release; what a program reads is the first word. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        final String reason;

        RefusedException(String reason, String detail) {
            super(detail);
            this.reason = reason;
        }
    }

    @Override
    public Integer call() throws IOException {
        Optional<Instant> when = time();
        ReleasePolicy policy = ReleasePolicy.read(policyFile);
        byte[] envelope = Envelopes.read(file);
        try {
            ReleaseFile release = release(envelope, policy, when);
            Envelopes.write(out, (release.json(true) + "\n").getBytes(StandardCharsets.UTF_8));
            print(json ? answer(true, "", "") : "released    " + out + ", signed by " + names(release.signatures()));
            return 0;
        } catch (RejectedException e) {
            return refuse(e.reason().name(), Words.of(e.rejection()));
        } catch (RefusedException e) {
            return refuse(e.reason, String.valueOf(e.getMessage()));
        }
    }

    private ReleaseFile release(byte[] bytes, ReleasePolicy policy, Optional<Instant> when)
            throws IOException, RejectedException, RefusedException {
        Judgement judgement = new ManifestVerifier(Envelopes.LIMITS).judge(bytes, policy.anyOf(), Role.FIRMWARE);
        if (judgement.rejection().isPresent()) {
            throw new RejectedException(judgement.rejection().get());
        }
        List<ReleaseFile.Signature> signatures = signatures(judgement.signers(), policy);
        SuitEnvelope envelope = SuitEnvelope.decode(bytes, Envelopes.LIMITS);
        SuitManifest manifest = SuitManifest.decode(envelope, Envelopes.LIMITS);
        ReleaseFile release = new ReleaseFile(
                String.valueOf(file.getFileName()),
                bytes.length,
                Digest.sha256Of(bytes),
                manifest,
                envelope.manifestDigest(),
                ManifestImages.of(envelope, manifest),
                policy.required(),
                signatures,
                when);
        if (provenance != null) {
            requireProvenance(manifest, Provenance.digest(provenance).toString());
        }
        return release;
    }

    /** All signatures must be somebody's: one that isn't would look like one that counts. */
    private static List<ReleaseFile.Signature> signatures(List<Signer> signers, ReleasePolicy policy)
            throws RefusedException {
        List<ReleaseFile.Signature> signatures = new ArrayList<>();
        for (Signer signer : signers) {
            if (signer.mac()) {
                throw new RefusedException(
                        "STRANGE_SIGNATURE",
                        "a MAC, by key " + (signer.kid().isEmpty() ? "(not named)" : signer.kid())
                                + ", is nobody's: the device could have made it; add it after the release");
            }
            ReleasePolicy.SignerKey by = policy.byThumbprint(signer.kid())
                    .filter(key -> signer.valid())
                    .orElseThrow(() -> new RefusedException(
                            "STRANGE_SIGNATURE",
                            "a signature by " + signer.algorithm() + " key "
                                    + (signer.kid().isEmpty() ? "(not named)" : signer.kid())
                                    + " isn't a good one of anybody in the policy"));
            signatures.add(new ReleaseFile.Signature(by, signer.algorithm()));
        }
        Set<String> missing = new TreeSet<>(ReleasePolicy.names(policy.keys()));
        Set<String> signed = names(signatures);
        missing.removeAll(signed);
        if (signed.size() < policy.required()) {
            throw new RefusedException(
                    "SIGNERS_MISSING",
                    "signed by " + signed.size() + " of " + policy.required() + " people: " + signed + "; not by "
                            + missing);
        }
        return signatures;
    }

    private static void requireProvenance(SuitManifest manifest, String digest) throws RefusedException {
        for (var component : manifest.components()) {
            String found = Provenance.digestIn(manifest, component).orElse("none");
            if (!found.equals(digest)) {
                throw new RefusedException(
                        "OTHER_PROVENANCE",
                        "the manifest names the attestation " + found + " for " + component + ", the file is "
                                + digest);
            }
        }
    }

    private Optional<Instant> time() {
        String epoch = System.getenv(EPOCH);
        if (time != null || epoch == null || epoch.isEmpty()) {
            return Optional.ofNullable(time);
        }
        try {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(epoch)));
        } catch (NumberFormatException e) {
            throw new ParameterException(spec.commandLine(), EPOCH + " must be seconds since 1970: " + epoch, e);
        }
    }

    private int refuse(String reason, String detail) throws IOException {
        if (json) {
            print(answer(false, reason, detail));
        } else {
            spec.commandLine()
                    .getErr()
                    .println("otapub: " + file + ": not released: " + reason + " " + Words.printable(detail));
        }
        return 1;
    }

    private String answer(boolean released, String reason, String detail) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator object = new JsonFactory().createGenerator(text)) {
            object.writeStartObject();
            object.writeBooleanField("released", released);
            object.writeStringField("file", released ? out.toString() : null);
            object.writeStringField("reason", released ? null : reason);
            object.writeStringField("detail", released ? null : detail);
            object.writeEndObject();
        }
        return text.toString();
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
    }

    private static Set<String> names(List<ReleaseFile.Signature> signatures) {
        return ReleasePolicy.names(
                signatures.stream().map(ReleaseFile.Signature::by).toList());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.suit.Explanation;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.Signer;
import io.twinbank.core.suit.SuitEnvelope;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.Target;
import io.twinbank.core.suit.TrustManifest;
import io.twinbank.core.suit.TrustSet;
import io.twinbank.hal.BankId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "inspect",
        description = {
            "Shows what an envelope says, and what it would do on a device; of a trust manifest the trust set.",
            "Or, with --report, what a device says became of one. Signatures are left to verify."
        },
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class InspectCommand implements Callable<Integer> {
    private static final TrustPolicy NOBODY = new TrustPolicy(List.of(), Map.of());

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the envelope, or the report")
    private Path file;

    @Option(
            names = "--device",
            paramLabel = "VENDOR/MODEL[/SERIAL]",
            converter = DeviceConverter.class,
            description = "show as well what the device would do; each part a name, such as acme.example, or a UUID")
    private @Nullable DeviceIdentity device;

    @Option(names = "--bank", paramLabel = "A|B", description = "the bank that it would write; both by default")
    private @Nullable BankId bank;

    @Option(
            names = "--report",
            description =
                    "FILE is a SUIT_Report, signed or not, or a report message that has one (docs/wire-format.md)")
    private boolean report;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (report) {
            return inspectReport();
        }
        Limits limits = Envelopes.LIMITS;
        byte[] bytes = Envelopes.read(file);
        try {
            SuitEnvelope envelope = SuitEnvelope.decode(bytes, limits);
            SuitManifest manifest = SuitManifest.decode(envelope, limits);
            List<Signer> signers = new ManifestVerifier(limits)
                    .judge(bytes, NOBODY, Role.FIRMWARE)
                    .signers();
            Optional<TrustSet> trust = TrustManifest.carried(manifest, envelope);
            Map<BankId, Explanation> explanations = explain(envelope, manifest);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(json(bytes.length, envelope, manifest, signers, trust, explanations));
            } else {
                out.print(text(bytes.length, envelope, manifest, signers));
                ManifestImages.routes(envelope, manifest)
                        .forEach(route -> out.print(
                                "route       " + Words.printable(route.component() + ", " + route.words()) + '\n'));
                trust.map(TrustSetText::of).ifPresent(out::print);
                explanations.forEach((each, explanation) -> out.print(ExplanationText.of(each, explanation)));
                out.flush();
            }
            return 0;
        } catch (RejectedException e) {
            spec.commandLine().getErr().println("otapub: " + file + ": " + e.rejection());
            return 1;
        }
    }

    private int inspectReport() throws IOException {
        if (device != null || bank != null) {
            throw new ParameterException(
                    spec.commandLine(), "--device and --bank belong to an envelope, not to --report");
        }
        try {
            ReceivedReport received = ReceivedReport.read(file);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(ReceivedReportJson.of(file, received));
            } else {
                out.print(ReceivedReportText.of(received));
                out.flush();
            }
            return 0;
        } catch (RejectedException e) {
            spec.commandLine().getErr().println("otapub: " + file + ": " + e.rejection());
            return 1;
        }
    }

    /** What it would come to on the device, which is taken to have all components; nothing if no device is named. */
    private Map<BankId, Explanation> explain(SuitEnvelope envelope, SuitManifest manifest) {
        Map<BankId, Explanation> explanations = new EnumMap<>(BankId.class);
        if (device != null) {
            ManifestVerifier verifier = new ManifestVerifier(Envelopes.LIMITS);
            for (BankId each : bank == null ? List.of(BankId.A, BankId.B) : List.of(bank)) {
                explanations.put(each, verifier.explain(envelope, new Target(device, manifest.components(), each)));
            }
        }
        return explanations;
    }

    private static String text(int size, SuitEnvelope envelope, SuitManifest manifest, List<Signer> signers) {
        StringBuilder text = new StringBuilder();
        text.append("envelope    ").append(size).append(" bytes\n");
        text.append("manifest    ").append(envelope.manifestDigest()).append(", as the envelope claims\n");
        for (Signer signer : signers) {
            text.append(Words.kind(signer)).append(signer.algorithm());
            text.append(signer.kid().isEmpty() ? ", no key id" : " by key " + signer.kid())
                    .append('\n');
        }
        envelope.payloads()
                .forEach((name, payload) -> text.append("payload     ")
                        .append(Words.printable(name))
                        .append(", ")
                        .append(payload.length())
                        .append(" bytes, in the envelope\n"));
        if (ManifestText.bringsNoImage(manifest)) {
            text.append("no image    no reset: components alone; no security version is set\n");
        }
        return text.append(ManifestText.of(manifest)).toString();
    }

    private String json(
            int size,
            SuitEnvelope envelope,
            SuitManifest manifest,
            List<Signer> signers,
            Optional<TrustSet> trust,
            Map<BankId, Explanation> explanations)
            throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator object = new JsonFactory().createGenerator(text)) {
            object.writeStartObject();
            object.writeStringField("file", file.toString());
            object.writeNumberField("envelopeBytes", size);
            object.writeStringField("manifestDigest", envelope.manifestDigest().toString());
            object.writeArrayFieldStart("signers");
            for (Signer signer : signers) {
                object.writeStartObject();
                object.writeStringField("kid", signer.kid());
                object.writeStringField("alg", signer.algorithm());
                object.writeEndObject();
            }
            object.writeEndArray();
            object.writeObjectFieldStart("payloads");
            for (Map.Entry<String, Slice> payload : envelope.payloads().entrySet()) {
                object.writeNumberField(payload.getKey(), payload.getValue().length());
            }
            object.writeEndObject();
            new ManifestJson(object).write(manifest);
            RouteCost.write(object, ManifestImages.routes(envelope, manifest));
            if (trust.isPresent()) {
                object.writeFieldName("trustSet");
                new TrustSetJson(object).write(trust.get());
            }
            object.writeArrayFieldStart("onDevice");
            for (Map.Entry<BankId, Explanation> explanation : explanations.entrySet()) {
                new ExplanationJson(object).write(explanation.getKey(), explanation.getValue());
            }
            object.writeEndArray();
            object.writeEndObject();
        }
        return text.toString();
    }
}

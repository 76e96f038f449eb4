// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.hal.BankId;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was signed by whom, as {@code docs/release.schema.json} describes it. The same release gives the same bytes.
 *
 * @param envelopeName the envelope's file, without its folder
 * @param envelopeBytes how large it is
 * @param envelopeDigest SHA-256 of it
 * @param manifest what it says
 * @param manifestDigest what the signatures cover
 * @param images what components become, and in which banks
 * @param required how many people had to sign
 * @param signatures whose signatures it has, in their order
 * @param time when it was released, where somebody said so
 */
record ReleaseFile(
        String envelopeName,
        int envelopeBytes,
        Digest envelopeDigest,
        SuitManifest manifest,
        Digest manifestDigest,
        Map<ManifestImages.Image, Set<BankId>> images,
        int required,
        List<Signature> signatures,
        Optional<Instant> time) {
    private static final int SCHEMA = 1;

    /** A signature, and by whom. */
    record Signature(ReleasePolicy.SignerKey by, String algorithm) {}

    String json(boolean pretty) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            if (pretty) {
                json.setPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
            }
            write(json);
        }
        return text.toString();
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("schema", SCHEMA);
        json.writeStringField("tool", Otapub.version());
        if (time.isPresent()) {
            json.writeStringField("time", time.get().toString());
        }
        json.writeObjectFieldStart("envelope");
        json.writeStringField("file", envelopeName);
        json.writeNumberField("bytes", envelopeBytes);
        json.writeStringField("digest", envelopeDigest.toString());
        json.writeEndObject();
        json.writeStringField("manifestDigest", manifestDigest.toString());
        json.writeNumberField("sequence", manifest.sequence());
        if (manifest.version().isPresent()) {
            json.writeStringField(
                    "version", manifest.version().map(SuitVersion::toString).get());
        }
        json.writeArrayFieldStart("components");
        for (Map.Entry<ManifestImages.Image, Set<BankId>> entry : images.entrySet()) {
            component(json, entry.getKey(), entry.getValue());
        }
        json.writeEndArray();
        json.writeNumberField("required", required);
        json.writeArrayFieldStart("signers");
        for (Signature signature : signatures) {
            signer(json, signature);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void component(JsonGenerator json, ManifestImages.Image image, Set<BankId> banks) throws IOException {
        json.writeStartObject();
        json.writeStringField("component", image.component().toString());
        json.writeArrayFieldStart("banks");
        for (BankId bank : banks) {
            json.writeString(bank.name());
        }
        json.writeEndArray();
        json.writeStringField("digest", image.digest().toString());
        json.writeNumberField("bytes", image.sizeBytes());
        json.writeNumberField("securityVersion", image.securityVersion());
        json.writeStringField("payload", image.payload());
        if (!image.routes().isEmpty()) {
            RouteCost.write(json, image.routes());
        }
        Optional<String> provenance = Provenance.digestIn(manifest, image.component());
        if (provenance.isPresent()) {
            json.writeStringField("provenance", provenance.get());
        }
        json.writeEndObject();
    }

    private static void signer(JsonGenerator json, Signature signature) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", signature.by().name());
        json.writeStringField("kid", signature.by().key().toString());
        json.writeStringField("alg", signature.algorithm());
        if (signature.by().keptIn().isPresent()) {
            json.writeStringField("keptIn", signature.by().keptIn().get());
        }
        json.writeEndObject();
    }
}

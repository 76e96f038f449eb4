// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.SuitManifest;
import io.twinbank.core.suit.SuitVersion;
import io.twinbank.hal.ComponentId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How an image was built: an in-toto statement (v1) with SLSA provenance (v1), bare or in a DSSE envelope. That the
 * builder signed it is for a SLSA verifier to check before; the manifest holds on to which attestation it was.
 *
 * @param digest of the whole file
 * @param version of the image, as its build says
 */
record Provenance(Digest digest, SuitVersion version) {
    /** Of the component's texts (docs/wire-format.md). */
    static final int TEXT_KEY = -257;

    /** RFC 5646: no linguistic content. */
    private static final String NO_LANGUAGE = "zxx";

    private static final int MAX_BYTES = 1 << 20;
    private static final String DSSE_PAYLOAD = "application/vnd.in-toto+json";
    private static final String STATEMENT = "https://in-toto.io/Statement/v1";
    private static final String SLSA = "https://slsa.dev/provenance/v1";
    private static final String TAG = "refs/tags/";

    static Provenance read(Path file, Digest image) throws IOException {
        byte[] bytes = bytes(file);
        try {
            JsonTree statement = statement(JsonTree.parse(bytes));
            require(statement, "_type", STATEMENT);
            require(statement, "predicateType", SLSA);
            requireSubject(statement, HexFormat.of().formatHex(image.bytes()));
            return new Provenance(Digest.sha256Of(bytes), version(statement));
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    static Digest digest(Path file) throws IOException {
        return Digest.sha256Of(bytes(file));
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException(file + ": no provenance, larger than " + MAX_BYTES + " bytes");
            }
            return bytes;
        }
    }

    private static JsonTree statement(JsonTree document) throws IOException {
        if (document.at("payloadType").value() == null) {
            return document;
        }
        require(document, "payloadType", DSSE_PAYLOAD);
        String payload =
                document.at("payload").text().orElseThrow(() -> new IOException("a DSSE envelope without payload"));
        return JsonTree.parse(Base64.getDecoder().decode(payload));
    }

    private static void require(JsonTree object, String name, String expected) throws IOException {
        String found = object.at(name).text().orElse("nothing");
        if (!found.equals(expected)) {
            throw new IOException(name + " is " + found + ", not " + expected);
        }
    }

    private static void requireSubject(JsonTree statement, String sha256) throws IOException {
        List<String> subjects = new ArrayList<>();
        for (JsonTree subject : statement.at("subject").items()) {
            subject.at("digest", "sha256").text().ifPresent(subjects::add);
        }
        if (!subjects.contains(sha256)) {
            throw new IOException(
                    "is about other images: the image has SHA-256 " + sha256 + ", the subjects have " + subjects);
        }
    }

    /** The version that the build was asked for, else the tag that it was built from: never what somebody typed later. */
    private static SuitVersion version(JsonTree statement) throws IOException {
        JsonTree build = statement.at("predicate", "buildDefinition");
        JsonTree asked = build.at("externalParameters");
        Stream<Optional<String>> tags = Stream.concat(
                Stream.of(asked.at("workflow", "ref").text()),
                build.at("resolvedDependencies").items().stream()
                        .map(d -> d.at("uri").text()));
        String version = asked.at("version")
                .text()
                .or(() -> tags.flatMap(Optional::stream)
                        .filter(ref -> ref.contains(TAG))
                        .map(ref -> ref.substring(ref.lastIndexOf(TAG) + TAG.length()))
                        .findFirst())
                .orElseThrow(() -> new IOException("says no version: neither externalParameters.version nor a tag in"
                        + " externalParameters.workflow.ref or in the URI of a resolved dependency"));
        return SuitVersion.parse(version.startsWith("v") ? version.substring(1) : version);
    }

    SuitManifest.Text text(ComponentId component) {
        return new SuitManifest.Text(NO_LANGUAGE, Optional.of(component), TEXT_KEY, digest.toString());
    }

    /** Returns the digest that the manifest names for a component, as text that anyone may have written. */
    static Optional<String> digestIn(SuitManifest manifest, ComponentId component) {
        return manifest.text().stream()
                .filter(text -> text.key() == TEXT_KEY)
                .filter(text -> text.component().filter(component::equals).isPresent())
                .map(SuitManifest.Text::value)
                .findFirst();
    }
}

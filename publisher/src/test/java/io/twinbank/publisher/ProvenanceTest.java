// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.suit.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code pack --provenance}: the manifest holds on to how the image was built. */
class ProvenanceTest {
    private static final String GITHUB = """
            {"_type": "https://in-toto.io/Statement/v1",
             "subject": [{"name": "other.img", "digest": {"sha256": "00"}}, {"name": "fw.img", "digest": {"sha256": "SHA"}}],
             "predicateType": "https://slsa.dev/provenance/v1",
             "predicate": {"buildDefinition": {
               "buildType": "https://actions.github.io/buildtypes/workflow/v1",
               "externalParameters": {"workflow": {"ref": "refs/tags/v1.4.2", "path": ".github/workflows/release.yml"}},
               "resolvedDependencies": [{"uri": "git+https://github.com/acme/fw@refs/tags/v1.4.2"}]}}}
            """;

    @TempDir
    Path folder;

    private Release release;

    /** Writes a statement about the image of a release, version 1.4.2. */
    static Path statement(Release release) throws IOException {
        return Files.writeString(
                release.folder().resolve("statement.json"), GITHUB.replace("SHA", sha256(release.folder())));
    }

    @BeforeEach
    void prepare() throws IOException {
        release = Release.in(folder);
    }

    @Test
    void pack_provenance_versionAndDigestAreInTheManifest() throws IOException {
        Path statement = statement(release);
        String digest = Digest.sha256Of(Files.readAllBytes(statement)).toString();

        Run run = pack(statement);

        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().contains("provenance  " + digest + ", version 1.4.2"), run.out());
        assertTrue(release.accepted("ann"));
        String shown = Run.otapub("inspect", release.path("fw.suit")).out();
        assertTrue(shown.contains("version     1.4.2"), shown);
        assertTrue(shown.contains("text        zxx os provenance: " + digest), shown);
        Map<String, Object> json = Json.object(
                Run.otapub("inspect", "--json", release.path("fw.suit")).out());
        assertEquals("1.4.2", json.get("version"));
        Map<?, ?> text = (Map<?, ?>) ((List<?>) json.get("text")).get(0);
        assertEquals("provenance", text.get("name"));
        assertEquals(digest, text.get("value"));
    }

    @Test
    void pack_statementInDsseEnvelope_isUnpacked() throws IOException {
        byte[] statement = Files.readAllBytes(statement(release));
        Path dsse = Files.writeString(
                folder.resolve("dsse.json"),
                "{\"payloadType\": \"application/vnd.in-toto+json\", \"payload\": \""
                        + Base64.getEncoder().encodeToString(statement) + "\", \"signatures\": []}");

        Run run = pack(dsse);

        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().contains(Digest.sha256Of(Files.readAllBytes(dsse)) + ", version 1.4.2"), run.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"workflow\": {\"ref\": \"refs/tags/v1.4.2\"|\"version\": \"2.0-rc.1\", \"x\": {\"y\": 1|version 2.0-rc.1",
                "refs/tags/v1.4.2\", \"path\"|refs/heads/main\", \"path\"|version 1.4.2"
            })
    void pack_versionElsewhereInStatement_isFound(String is, String becomes, String words) throws IOException {
        Run run = pack(changed(is, becomes));

        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().contains(words), run.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Statement/v1|Statement/v0.1|_type is https://in-toto.io/Statement/v0.1, not",
                "slsa.dev/provenance/v1|example.com/test/v1|predicateType is https://example.com/test/v1, not",
                "\"digest\": {\"sha256\"|\"digest\": {\"sha512\"|the image has SHA-256 ",
                "refs/tags/v1|refs/heads/v1|says no version",
                "refs/tags/v1.4.2|refs/tags/nightly|must be a version such as 1.4.2 or 1.2-rc.3: nightly",
                "\"subject\"|\"_type\"|Duplicate field '_type'",
                "{\"_type\"|{\"payloadType\": \"text/plain\", \"_type\"|payloadType is text/plain, not",
                "{\"_type\"|{\"payloadType\": \"application/vnd.in-toto+json\", \"payload\": \"????\", \"_type\"|Illegal base64"
            })
    void pack_statementThatDoesntFit_isRefused(String is, String becomes, String words) throws IOException {
        Run run = pack(changed(is, becomes));

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("changed.json: "), run.err());
        assertTrue(run.err().contains(words), run.err());
        assertFalse(Files.exists(release.envelope()));
    }

    @Test
    void pack_statementTooLargeOrTooDeep_isRefused() throws IOException {
        Run large = pack(Files.write(folder.resolve("large.json"), new byte[(1 << 20) + 1]));
        Run deep = pack(Files.writeString(folder.resolve("deep.json"), "[".repeat(10_000)));

        assertTrue(large.err().contains("larger than 1048576 bytes"), large.err());
        assertEquals(1, deep.exit());
        assertTrue(deep.err().contains("64"), deep.err());
    }

    @Test
    void pack_versionTypedBesideProvenance_isWrongUse() throws IOException {
        Run run = release.pack(
                "--key",
                release.path("ann.pem"),
                "--provenance",
                statement(release).toString(),
                "--image-version",
                "1.4.2");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("mutually exclusive"), run.err());
    }

    @Test
    void pack_versionThatIsNone_isWrongUse() {
        Run run = release.pack("--unsigned", "--image-version", "latest");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("--image-version: text must be a version"), run.err());
    }

    private Run pack(Path provenance) {
        return release.pack("--key", release.path("ann.pem"), "--provenance", provenance.toString());
    }

    private Path changed(String is, String becomes) throws IOException {
        String text = Files.readString(statement(release));
        assertTrue(text.contains(is), is);
        return Files.write(
                folder.resolve("changed.json"), text.replace(is, becomes).getBytes(UTF_8));
    }

    private static String sha256(Path folder) throws IOException {
        return HexFormat.of()
                .formatHex(Digest.sha256Of(Files.readAllBytes(folder.resolve("fw.img")))
                        .bytes());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A release takes two people. */
class ReleaseCommandTest {
    private static final String POLICY = """
            {"signers": [
              {"name": "ann", "publicKey": "ann.pub.pem", "keptIn": "pkcs11:token=release;object=ann"},
              {"name": "bob", "publicKey": "bob.pub.pem"},
              {"name": "bob", "publicKey": "bob2.pub.pem"}]}
            """;

    @TempDir
    Path folder;

    private Release release;

    @BeforeEach
    void prepare() throws IOException {
        release = Release.in(folder);
        Keys.write(Keys.generate(Keys.Algorithm.P256), folder.resolve("bob2.pem"), false);
        Files.writeString(folder.resolve("policy.json"), POLICY);
    }

    @Test
    void release_twoPeople_saysWhatWasSignedByWhom() throws IOException {
        release.pack("--key", release.path("ann.pem"), "--key", release.path("bob.pem"), "--image-version", "1.5-rc.1");

        Run run = release("--time", "2026-01-31T12:00:00Z");

        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().contains("signed by [ann, bob]"), run.out());
        Map<String, Object> file = file();
        assertEquals(1L, file.get("schema"));
        assertEquals("2026-01-31T12:00:00Z", file.get("time"));
        assertEquals(release.manifestDigest(), file.get("manifestDigest"));
        assertEquals(7L, file.get("sequence"));
        assertEquals("1.5-rc.1", file.get("version"));
        assertEquals(2L, file.get("required"));
        Map<?, ?> envelope = (Map<?, ?>) file.get("envelope");
        assertEquals("fw.suit", envelope.get("file"));
        assertEquals(Files.size(release.envelope()), envelope.get("bytes"));
        Map<?, ?> component = (Map<?, ?>) ((List<?>) file.get("components")).get(0);
        assertEquals("os", component.get("component"));
        assertEquals(List.of("A", "B"), component.get("banks"));
        assertEquals(1000L, component.get("bytes"));
        assertEquals(2L, component.get("securityVersion"));
        assertEquals(
                MeasuredImage.of(folder.resolve("fw.img"), done -> {}).digest().toString(), component.get("digest"));
        Map<?, ?> ann = (Map<?, ?>) ((List<?>) file.get("signers")).get(0);
        assertEquals("ann", ann.get("name"));
        assertEquals("ESP256", ann.get("alg"));
        assertEquals("pkcs11:token=release;object=ann", ann.get("keptIn"));
        assertEquals(64, String.valueOf(ann.get("kid")).length());
    }

    @Test
    void release_sameInput_sameBytes() throws IOException {
        release.pack("--key", release.path("ann.pem"), "--key", release.path("bob.pem"));

        release();
        byte[] first = Files.readAllBytes(folder.resolve("release.json"));
        release();

        assertArrayEquals(first, Files.readAllBytes(folder.resolve("release.json")));
        assertFalse(file().containsKey("time"));
    }

    @Test
    void release_fileAndSchema_nameTheSameFields() throws IOException {
        Path provenance = ProvenanceTest.statement(release);
        Path old = Files.write(release.folder().resolve("old.img"), new byte[999]);
        release.pack(
                "--key",
                release.path("ann.pem"),
                "--key",
                release.path("bob.pem"),
                "--provenance",
                provenance.toString(),
                "--delta-from",
                old.toString(),
                "--index");
        release("--time", "2026-01-31T12:00:00Z");

        Map<String, Object> schema = Json.object(Files.readString(Path.of("..", "docs", "release.schema.json")));

        Set<String> described = new TreeSet<>();
        names("", schema, described);
        Set<String> written = new TreeSet<>();
        fields("", file(), written);
        assertEquals(described, written);
    }

    @Test
    void release_onePerson_isRefused() throws IOException {
        release.pack("--key", release.path("ann.pem"));

        Run run = release("--json");

        assertRefused(run, "SIGNERS_MISSING", "signed by 1 of 2 people: [ann]; not by [bob]");
    }

    @Test
    void release_onePersonWithTwoKeys_isRefused() throws IOException {
        release.pack("--key", release.path("bob.pem"), "--key", release.path("bob2.pem"));

        assertRefused(release("--json"), "SIGNERS_MISSING", "signed by 1 of 2 people: [bob]; not by [ann]");
    }

    @Test
    void release_strangersSignatureBesides_isRefused() throws IOException {
        Keys.write(Keys.generate(Keys.Algorithm.P256), folder.resolve("eve.pem"), false);
        release.pack(
                "--key", release.path("ann.pem"), "--key", release.path("bob.pem"), "--key", release.path("eve.pem"));

        assertRefused(release("--json"), "STRANGE_SIGNATURE", "isn't a good one of anybody in the policy");
    }

    @Test
    void release_unsigned_isRefused() throws IOException {
        release.pack("--unsigned");

        assertRefused(release("--json"), "NO_SIGNATURE", "no signature");
    }

    @Test
    void release_withoutJson_saysWhyOnStandardError() throws IOException {
        release.pack("--key", release.path("ann.pem"));

        Run run = release();

        assertEquals(1, run.exit());
        assertEquals("", run.out());
        assertTrue(run.err().contains("not released: SIGNERS_MISSING"), run.err());
    }

    @Test
    void release_attestation_mustBeTheOneThatTheManifestNames() throws IOException {
        Path provenance = ProvenanceTest.statement(release);
        release.pack(
                "--key",
                release.path("ann.pem"),
                "--key",
                release.path("bob.pem"),
                "--provenance",
                provenance.toString());

        Run same = release("--provenance", provenance.toString());
        Files.writeString(provenance, Files.readString(provenance) + " ");
        Files.delete(folder.resolve("release.json"));
        Run other = release("--provenance", provenance.toString(), "--json");

        assertEquals(0, same.exit(), same.err());
        assertRefused(other, "OTHER_PROVENANCE", "for os, the file is sha-256:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"signers\": []}|from 1 to 0",
                "{\"required\": 3, \"signers\": [{\"name\": \"ann\", \"publicKey\": \"ann.pub.pem\"}]}|from 1 to 1, as many"
                        + " people as are listed, not 3",
                "{\"required\": 0, \"signers\": [{\"name\": \"ann\", \"publicKey\": \"ann.pub.pem\"}]}|not 0",
                "{\"required\": \"1\", \"signers\": [{\"name\": \"ann\", \"publicKey\": \"ann.pub.pem\"}]}|not -1",
                "{\"signers\": [{\"publicKey\": \"ann.pub.pem\"}]}|a signer without a name",
                "{\"signers\": [{\"name\": \"ann\"}]}|signer ann has no publicKey",
                "{\"signers\": [{\"name\": \"ann\", \"publicKey\": \"none.pem\"}]}|none.pem: no such file",
                "{\"signers\": [{\"name\": \"ann\", \"publicKey\": \"ann.pub.pem\"},"
                        + " {\"name\": \"bob\", \"publicKey\": \"ann.pub.pem\"}]}|is there twice, the second time for bob",
                "{\"required\": 1, \"required\": 2}|Duplicate field 'required'",
                "{\"signers\": [|not JSON"
            })
    void policy_thatDoesntHold_isRefused(String policy, String words) throws IOException {
        release.pack("--key", release.path("ann.pem"));
        Files.writeString(folder.resolve("policy.json"), policy);

        Run run = release();

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("policy.json: "), run.err());
        assertTrue(run.err().contains(words), run.err());
        assertFalse(Files.exists(folder.resolve("release.json")));
    }

    private void assertRefused(Run run, String reason, String detail) throws IOException {
        Map<String, Object> answer = Json.object(run.out());
        assertEquals(1, run.exit());
        assertEquals(false, answer.get("released"));
        assertEquals(reason, answer.get("reason"));
        assertTrue(String.valueOf(answer.get("detail")).contains(detail), run.out());
        assertFalse(Files.exists(folder.resolve("release.json")));
    }

    private Run release(String... more) {
        List<String> command = new ArrayList<>(List.of("release", release.path("fw.suit")));
        command.addAll(List.of("--policy", release.path("policy.json"), "--out", release.path("release.json")));
        command.addAll(List.of(more));
        return Run.otapub(command.toArray(String[]::new));
    }

    private Map<String, Object> file() throws IOException {
        return Json.object(Files.readString(folder.resolve("release.json")));
    }

    /** The paths of the fields that a schema describes. */
    private static void names(String path, Map<?, ?> schema, Set<String> names) {
        Object items = schema.get("items");
        if (items instanceof Map<?, ?> each) {
            names(path, each, names);
        }
        if (schema.get("properties") instanceof Map<?, ?> properties) {
            properties.forEach((name, each) -> {
                names.add(path + "/" + name);
                names(path + "/" + name, (Map<?, ?>) each, names);
            });
        }
    }

    /** The paths of the fields that a document has. */
    private static void fields(String path, Object value, Set<String> fields) {
        if (value instanceof Map<?, ?> object) {
            object.forEach((name, each) -> {
                fields.add(path + "/" + name);
                fields(path + "/" + name, each, fields);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(each -> fields(path, each, fields));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The second person signs what the first one packed. */
class SignCommandTest {
    @TempDir
    Path folder;

    private Release release;

    @BeforeEach
    void prepare() throws IOException {
        release = Release.in(folder);
        release.pack("--key", release.path("ann.pem"));
    }

    @Test
    void sign_secondSigner_bothSignaturesAreGood() throws IOException {
        Run run = sign("bob.pem", "--manifest", release.manifestDigest());

        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().contains("ESP256 by key"), run.out());
        assertTrue(run.out().contains("sequence    7"), run.out());
        assertTrue(run.out().contains("signatures: 2"), run.out());
        assertTrue(release.accepted("ann"));
        assertTrue(release.accepted("bob"));
    }

    @Test
    void sign_json_isOneObject() throws IOException {
        Run run = sign("bob.pem", "--manifest", release.manifestDigest(), "--json", "--out", release.path("both.suit"));

        Map<String, Object> answer = Json.object(run.out());
        assertEquals(release.manifestDigest(), answer.get("manifestDigest"));
        assertEquals("Ed25519", answer.get("alg"));
        assertEquals(2L, answer.get("signatures"));
        assertFalse(release.accepted("bob"), "the first envelope stays as it was");
    }

    @Test
    void sign_anotherManifestThanMeant_isRefused() throws IOException {
        String other = "sha-256:" + "00".repeat(32);

        assertUntouched(
                sign("bob.pem", "--manifest", other), "the manifest has the digest " + release.manifestDigest());
    }

    @Test
    void sign_nobodyToAsk_isWrongUse() throws IOException {
        byte[] before = Files.readAllBytes(release.envelope());

        Run run = sign("bob.pem");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("say --manifest DIGEST"), run.err());
        assertArrayEquals(before, Files.readAllBytes(release.envelope()));
    }

    @Test
    void sign_sameKeyTwice_isRefused() throws IOException {
        assertUntouched(sign("ann.pem", "--manifest", release.manifestDigest()), "already");
    }

    @Test
    void sign_whatNoDeviceWouldAccept_isRefused() throws IOException {
        byte[] envelope = Files.readAllBytes(release.envelope());
        int at = new String(envelope, StandardCharsets.ISO_8859_1).indexOf("https:");
        envelope[at + 8] ^= 1;
        Files.write(release.envelope(), envelope);

        assertUntouched(sign("bob.pem", "--manifest", release.manifestDigest()), "DIGEST_MISMATCH");
    }

    private void assertUntouched(Run run, String words) throws IOException {
        assertEquals(1, run.exit());
        assertTrue(run.err().contains(words), run.err());
        assertFalse(release.accepted("bob"));
        assertFalse(Files.exists(folder.resolve("fw.suit.part")));
    }

    private Run sign(String key, String... more) {
        List<String> command = new ArrayList<>(List.of("sign", release.path("fw.suit"), "--key", release.path(key)));
        command.addAll(List.of(more));
        return Run.otapub(command.toArray(String[]::new));
    }
}

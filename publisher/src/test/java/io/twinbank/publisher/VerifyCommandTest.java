// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import io.twinbank.hal.contract.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
    @TempDir
    Path folder;

    private String good;
    private String trust;

    @BeforeEach
    void pack() throws IOException {
        Path image = Files.writeString(folder.resolve("fw.img"), "firmware");
        Path key = folder.resolve("fw.pem");
        Keys.write(Keys.generate(Keys.Algorithm.ED25519), key, false);
        good = folder.resolve("fw.suit").toString();
        trust = folder.resolve("fw.pub.pem").toString();
        Run packed = Run.otapub(
                "pack",
                "--image",
                image.toString(),
                "--key",
                key.toString(),
                "--out",
                good,
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--sequence",
                "7",
                "--security-version",
                "2",
                "--uri",
                "https://acme.example/fw.img");
        assertEquals(0, packed.exit(), packed.err());
    }

    @Test
    void verify_goodEnvelope_isAcceptedForPeople() {
        Run run = Run.otapub("verify", good, "--trust", trust);

        assertEquals(0, run.exit());
        assertTrue(run.out().startsWith("accepted    " + good), run.out());
        assertTrue(run.out().contains("authentic: yes"), run.out());
        assertTrue(run.out().contains("sequence:  7"), run.out());
    }

    @Test
    void verify_goodEnvelope_isAcceptedForPrograms() throws IOException {
        Map<String, Object> line = Json.object(
                Run.otapub("verify", "--json", good, "--trust", trust).out());

        assertEquals(
                List.of(
                        "file",
                        "authentic",
                        "accepted",
                        "reason",
                        "detail",
                        "manifestDigest",
                        "sequence",
                        "signers",
                        "routes"),
                List.copyOf(line.keySet()));
        assertEquals(good, line.get("file"));
        assertEquals(true, line.get("authentic"));
        assertEquals(true, line.get("accepted"));
        assertNull(line.get("reason"));
        assertEquals(List.of(), line.get("routes"));
        assertEquals(7L, line.get("sequence"));
        assertTrue(((String) line.get("manifestDigest")).matches("sha-256:[0-9a-f]{64}"));
        Map<?, ?> signer = (Map<?, ?>) ((List<?>) line.get("signers")).get(0);
        assertEquals("Ed25519", signer.get("alg"));
        assertEquals(true, signer.get("valid"));
        assertTrue(((String) signer.get("kid")).matches("[0-9a-f]{64}"));
    }

    @Test
    void verify_changedManifest_isNotAuthentic() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of(good));
        bytes[bytes.length - 1] ^= 1;
        Path bad = Files.write(folder.resolve("bad.suit"), bytes);

        Run run = Run.otapub("verify", "--json", bad.toString(), "--trust", trust);

        assertEquals(1, run.exit());
        Map<String, Object> line = Json.object(run.out());
        assertEquals(false, line.get("authentic"));
        assertEquals("DIGEST_MISMATCH", line.get("reason"));
        assertTrue(((String) line.get("detail")).contains("expected"), run.out());
    }

    @Test
    void verify_strangersKey_isUnknown() throws IOException {
        Keys.write(Keys.generate(Keys.Algorithm.P256), folder.resolve("other.pem"), false);

        Run run = Run.otapub(
                "verify", good, "--trust", folder.resolve("other.pub.pem").toString());

        assertEquals(1, run.exit());
        assertTrue(run.out().startsWith("REFUSED     "), run.out());
        assertTrue(run.out().contains("UNKNOWN_KEY"), run.out());
    }

    @Test
    void verify_oneOfTwoKeys_isEnough() throws IOException {
        Keys.write(Keys.generate(Keys.Algorithm.P256), folder.resolve("other.pem"), false);

        Run run = Run.otapub(
                "verify", good, "--trust", folder.resolve("other.pub.pem").toString(), trust);

        assertEquals(0, run.exit(), run.out());
    }

    @Test
    void verify_missingFileAmongGoodOnes_isALineOfItsOwnAndExit1() throws IOException {
        String missing = folder.resolve("none.suit").toString();

        Run run = Run.otapub("verify", "--json", missing, good, "--trust", trust);

        assertEquals(1, run.exit());
        List<String> lines = run.out().lines().toList();
        assertEquals(2, lines.size());
        Map<String, Object> first = Json.object(lines.get(0));
        assertEquals(false, first.get("accepted"));
        assertNull(first.get("reason"));
        assertEquals(missing + ": no such file or folder", first.get("detail"));
        assertEquals(true, Json.object(lines.get(1)).get("accepted"));
        assertTrue(Run.otapub("verify", missing, "--trust", trust).out().startsWith("unreadable  " + missing));
    }

    @Test
    void verify_folder_isALineWithItsError() {
        Run run = Run.otapub("verify", folder.toString(), "--trust", trust);

        assertEquals(1, run.exit());
        assertTrue(run.out().startsWith("unreadable  "), run.out());
        assertEquals("", run.err());
    }

    @Test
    void verify_largerThanADeviceTakes_isRefusedWithoutReadingItAll() throws IOException {
        Path large = Files.write(folder.resolve("large.suit"), new byte[300_000]);

        Map<String, Object> line = Json.object(Run.otapub("verify", "--json", large.toString(), "--trust", trust)
                .out());

        assertEquals("LIMIT_EXCEEDED", line.get("reason"));
    }

    @Test
    void verify_trustCantBeRead_isUsage() {
        Run missing =
                Run.otapub("verify", good, "--trust", folder.resolve("none.pem").toString());
        Run secret =
                Run.otapub("verify", good, "--trust", folder.resolve("fw.pem").toString());

        assertEquals(2, missing.exit());
        assertTrue(missing.err().contains("no such file or folder"), missing.err());
        assertEquals(2, secret.exit());
        assertTrue(secret.err().contains("it is a private key"), secret.err());
        assertEquals(2, Run.otapub("verify", good).exit());
        assertEquals(2, Run.otapub("verify", "--trust", trust).exit());
    }

    @Test
    @Needs(Part.VECTORS)
    void verify_allVectors_areJudgedAsTheVerdictsSay() throws IOException {
        Map<String, Object> verdicts = Json.object(Files.readString(Vectors.path("suit-cose/verdicts.json")));
        List<String> command = new ArrayList<>(List.of("verify", "--json"));
        verdicts.keySet()
                .forEach(name -> command.add(Vectors.path("suit-cose/" + name).toString()));
        command.addAll(List.of(
                "--trust",
                Vectors.path("suit-cose/keys/suit-ta-p256-public.pem").toString()));

        List<String> lines =
                Run.otapub(command.toArray(String[]::new)).out().lines().toList();

        assertEquals(verdicts.size(), lines.size());
        int i = 0;
        for (Map.Entry<String, Object> entry : verdicts.entrySet()) {
            Map<?, ?> expected = (Map<?, ?>) entry.getValue();
            Map<String, Object> line = Json.object(lines.get(i++));
            List<?> reasons = (List<?>) expected.get("reasons");
            boolean accepted = (boolean) line.get("accepted");
            assertEquals(expected.get("authentic"), line.get("authentic"), entry.getKey());
            if (accepted) {
                assertFalse(expected.get("verdict").equals("refuse"), entry.getKey());
            } else {
                assertTrue(reasons.contains(line.get("reason")), entry.getKey() + " " + line);
            }
        }
    }
}

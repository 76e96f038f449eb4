// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.cose.CoseKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeygenCommandTest {
    @TempDir
    Path folder;

    @Test
    void keygen_p256_makesAPair() throws IOException {
        Path key = folder.resolve("with blank.pem");

        Run run = Run.otapub("keygen", "--alg", "p256", "--out", key.toString());

        assertEquals(0, run.exit(), run.err());
        assertEquals(
                CoseKey.Type.P256,
                Keys.readPublic(folder.resolve("with blank.pub.pem")).type());
        assertTrue(run.out().contains("with blank.pub.pem"), run.out());
    }

    @ParameterizedTest
    @CsvSource({
        "es256, P256",
        "es384, P384",
        "ed25519, ED25519",
        "hss-lms, HSS_LMS",
        "ml-dsa-44, ML_DSA_44",
        "ml-dsa-65, ML_DSA_65",
        "ML-DSA-87, ML_DSA_87"
    })
    void keygen_everyAlgorithm_makesItsKey(String name, CoseKey.Type type) throws IOException {
        Path key = folder.resolve("fw.pem");

        Run run = Run.otapub("keygen", "--alg", name, "--signatures", "32", "--out", key.toString());

        assertEquals(0, run.exit(), run.err());
        CoseKey open = Keys.readPublic(folder.resolve("fw.pub.pem"));
        assertEquals(type, open.type());
        assertEquals(open, Keys.signingKey(key.toString()).publicKey());
        assertEquals(type == CoseKey.Type.HSS_LMS, run.out().contains("changes with each signature"), run.out());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1048577})
    void keygen_signaturesBeyondWhatThereIs_exits2(long signatures) {
        Run run = Run.otapub(
                "keygen", "--alg", "hss-lms", "--signatures", "" + signatures, "--out", folder.resolve("k") + "");

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("must be from 1 to 1048576: " + signatures), run.err());
    }

    @Test
    void keygen_fileExists_refusesWithoutForce() throws IOException {
        Path key = folder.resolve("fw.pem");
        Run.otapub("keygen", "--out", key.toString());
        String before = Files.readString(key);

        Run refused = Run.otapub("keygen", "--out", key.toString());
        String between = Files.readString(key);
        Run forced = Run.otapub("keygen", "--force", "--out", key.toString());

        assertEquals(1, refused.exit());
        assertTrue(refused.err().contains("exists already; --force replaces it"), refused.err());
        assertEquals(before, between);
        assertEquals(0, forced.exit());
        assertTrue(!Files.readString(key).equals(before));
    }

    @Test
    void keygen_folderMissing_saysSo() {
        Run run = Run.otapub("keygen", "--out", folder.resolve("none/fw.pem").toString());

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("no such file or folder"), run.err());
        assertTrue(!run.err().contains("\tat "), run.err());
    }

    @Test
    void usage_wrong_exits2() {
        assertEquals(2, Run.otapub().exit());
        assertEquals(2, Run.otapub("frobnicate").exit());
        assertEquals(2, Run.otapub("keygen").exit());
        assertEquals(2, Run.otapub("keygen", "--alg", "rsa", "--out", "x").exit());
        assertEquals(0, Run.otapub("--help").exit());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeygenCommandTest {
    @TempDir
    Path folder;

    @Test
    void keygen_p256_makesAPair() throws IOException {
        Path key = folder.resolve("with blank.pem");

        Run run = Run.otapub("keygen", "--alg", "p256", "--out", key.toString());

        assertEquals(0, run.exit(), run.err());
        assertEquals(Keys.Algorithm.P256, Keys.algorithm(Keys.readPublic(folder.resolve("with blank.pub.pem"))));
        assertTrue(run.out().contains("with blank.pub.pem"), run.out());
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

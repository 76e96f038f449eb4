// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar, as a person runs it: in a process of its own, in a folder with blanks. */
class OtapubIT {
    @TempDir
    Path temp;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temp.resolve("with blanks"));
    }

    @Test
    void keygenPackVerify_largeImage_worksInASmallHeap() throws Exception {
        try (RandomAccessFile image =
                new RandomAccessFile(folder.resolve("fw.img").toFile(), "rw")) {
            image.setLength(200L << 20);
        }

        assertEquals(0, otapub("keygen", "--alg", "p256", "--out", "fw.pem").exit());
        Run packed = otapub(
                "pack",
                "--image",
                "fw.img",
                "--key",
                "fw.pem",
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--sequence",
                "1",
                "--security-version",
                "1",
                "--uri",
                "https://acme.example/fw.img",
                "--out",
                "fw.suit");
        assertEquals(0, packed.exit(), packed.err());
        Run verified = otapub("verify", "--json", "fw.suit", "--trust", "fw.pub.pem");
        assertEquals(0, verified.exit(), verified.err());
        assertEquals(1, verified.out().lines().count());
        assertEquals(true, Json.object(verified.out()).get("accepted"));
        assertEquals("", verified.err());
    }

    @Test
    void verify_missing_saysItInWordsAndExits1() throws Exception {
        otapub("keygen", "--out", "fw.pem");

        Run run = otapub("verify", "none.suit", "--trust", "fw.pub.pem");

        assertEquals(1, run.exit());
        assertTrue(run.out().contains("no such file"), run.out());
        assertEquals(2, otapub("verify").exit());
    }

    private Run otapub(String... args) throws IOException, InterruptedException {
        return new Packaged(folder, Map.of()).otapub(args);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.hal.TrustAnchor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What otapub does where BouncyCastle isn't there: what a classic public key is enough for. */
class WithoutLibraryTest {
    @TempDir
    Path folder;

    private static Run otapub(String... args) throws IOException, ReflectiveOperationException {
        URL[] there = Stream.of(
                        Otapub.class, ManifestVerifier.class, TrustAnchor.class, CommandLine.class, JsonFactory.class)
                .map(each -> each.getProtectionDomain().getCodeSource().getLocation())
                .toArray(URL[]::new);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        try (URLClassLoader loader = new URLClassLoader(there, ClassLoader.getPlatformClassLoader())) {
            int exit = (int) loader.loadClass(Otapub.class.getName())
                    .getMethod("run", PrintWriter.class, PrintWriter.class, String[].class)
                    .invoke(null, new PrintWriter(out, true), new PrintWriter(err, true), args);
            return new Run(exit, out.toString(), err.toString());
        }
    }

    private String pack(String algorithm) throws IOException {
        Path image = Files.writeString(folder.resolve("fw.img"), "firmware");
        String key = folder.resolve("fw.pem").toString();
        String out = folder.resolve("fw.suit").toString();
        assertEquals(0, Run.otapub("keygen", "--alg", algorithm, "--out", key).exit());
        Run packed = Run.otapub(
                "pack",
                "--image",
                image.toString(),
                "--key",
                key,
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--sequence",
                "7",
                "--security-version",
                "2",
                "--integrated",
                "--out",
                out);
        assertEquals(0, packed.exit(), packed.err());
        return out;
    }

    @Test
    void verifyAndInspect_classicKey_needNoLibrary() throws Exception {
        String envelope = pack("es256");

        Run verified = otapub(
                "verify", envelope, "--trust", folder.resolve("fw.pub.pem").toString());
        Run inspected = otapub("inspect", envelope);

        assertEquals(0, verified.exit(), verified.err());
        assertTrue(verified.out().startsWith("accepted"), verified.out());
        assertEquals(0, inspected.exit(), inspected.err());
    }

    @Test
    void verify_sharedKey_needsNoLibrary() throws Exception {
        String envelope = pack("hmac-256");

        Run verified =
                otapub("verify", envelope, "--trust", folder.resolve("fw.pem").toString());

        assertEquals(0, verified.exit(), verified.err());
        assertTrue(verified.out().startsWith("accepted"), verified.out());
    }

    @Test
    void verify_postQuantumKey_saysWhatToAdd() throws Exception {
        String envelope = pack("ml-dsa-44");

        Run run = otapub(
                "verify",
                "--json",
                envelope,
                "--trust",
                folder.resolve("fw.pub.pem").toString());

        assertEquals(1, run.exit(), run.err());
        assertEquals("UNSUPPORTED", Json.object(run.out()).get("reason"));
        assertTrue(run.out().contains("org.bouncycastle:bcprov-jdk18on"), run.out());
    }
}

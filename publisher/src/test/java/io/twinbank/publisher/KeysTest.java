// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.twinbank.core.cose.CoseKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeysTest {
    @TempDir
    Path folder;

    private static CoseKey open(KeyPair pair) {
        return CoseKey.of(pair.getPublic().getEncoded());
    }

    @ParameterizedTest
    @EnumSource(names = {"ED25519", "P256", "P384"})
    void write_thenRead_givesTheSamePair(Keys.Algorithm algorithm) throws IOException {
        KeyPair pair = Keys.generate(algorithm);

        Keys.write(pair, folder.resolve("fw.pem"), false);

        KeyPair read = Keys.readPrivate(folder.resolve("fw.pem"));
        assertEquals(pair.getPublic(), read.getPublic());
        assertEquals(pair.getPrivate(), read.getPrivate());
        assertEquals(open(pair), Keys.readPublic(folder.resolve("fw.pub.pem")));
    }

    @Test
    void write_onPosix_privateKeyIsForItsOwnerOnly() throws IOException {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));

        Keys.write(Keys.generate(Keys.Algorithm.ED25519), folder.resolve("fw"), false);

        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("fw"))));
    }

    @Test
    void write_publicFileExists_writesNothing() throws IOException {
        Files.writeString(folder.resolve("fw.pub.pem"), "precious");

        assertThrows(
                FileAlreadyExistsException.class,
                () -> Keys.write(Keys.generate(Keys.Algorithm.P256), folder.resolve("fw.pem"), false));

        assertFalse(Files.exists(folder.resolve("fw.pem")));
        assertEquals("precious", Files.readString(folder.resolve("fw.pub.pem")));
    }

    @Test
    void write_overwrite_replacesBoth() throws IOException {
        Path key = folder.resolve("fw.pem");
        Keys.write(Keys.generate(Keys.Algorithm.P256), key, false);
        KeyPair second = Keys.generate(Keys.Algorithm.ED25519);

        Keys.write(second, key, true);

        assertEquals(second.getPublic(), Keys.readPrivate(key).getPublic());
        assertEquals(open(second), Keys.readPublic(Keys.publicFile(key)));
    }

    @Test
    void readPublic_ofAPrivateKey_saysWhichFileToTake() throws IOException {
        Keys.write(Keys.generate(Keys.Algorithm.ED25519), folder.resolve("fw.pem"), false);

        IOException e = assertThrows(IOException.class, () -> Keys.readPublic(folder.resolve("fw.pem")));

        assertTrue(e.getMessage().contains(".pub.pem"), e.getMessage());
    }

    @Test
    void readPrivate_ofAPublicKey_saysSo() throws IOException {
        Keys.write(Keys.generate(Keys.Algorithm.ED25519), folder.resolve("fw.pem"), false);

        IOException e = assertThrows(IOException.class, () -> Keys.readPrivate(folder.resolve("fw.pub.pem")));

        assertTrue(e.getMessage().contains("public key"), e.getMessage());
    }

    @Test
    void read_otherCurve_isRefusedByName() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp521r1"));
        Keys.write(generator.generateKeyPair(), folder.resolve("p521.pem"), false);

        IOException open = assertThrows(IOException.class, () -> Keys.readPublic(folder.resolve("p521.pub.pem")));
        IOException secret = assertThrows(IOException.class, () -> Keys.readPrivate(folder.resolve("p521.pem")));

        String names = "ed25519, es256, es384, hss-lms, ml-dsa-44, ml-dsa-65, ml-dsa-87";
        assertTrue(open.getMessage().contains("one of " + names), open.getMessage());
        assertTrue(secret.getMessage().contains("none of " + names), secret.getMessage());
    }

    @Test
    void read_ofAPostQuantumKeyForTheJdk_saysSo() throws IOException {
        PrivateKeys.generate(Keys.Algorithm.ML_DSA_44, 1, folder.resolve("pq.pem"), false);

        IOException secret = assertThrows(IOException.class, () -> Keys.readPrivate(folder.resolve("pq.pem")));

        assertTrue(secret.getMessage().endsWith("it isn't one that the JDK signs with"), secret.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Keys.generate(Keys.Algorithm.ML_DSA_44));
    }

    @Test
    void readPrivate_garbage_saysWhichFile() throws IOException {
        Path noPem = Files.writeString(folder.resolve("a"), "hello");
        Path badBase64 =
                Files.writeString(folder.resolve("b"), "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----\n");
        Path badDer = Files.writeString(
                folder.resolve("c"),
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(new byte[40])
                        + "\n-----END PRIVATE KEY-----\n");

        for (Path file : new Path[] {noPem, badBase64, badDer}) {
            IOException e = assertThrows(IOException.class, () -> Keys.readPrivate(file));
            assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        }
        assertThrows(NoSuchFileException.class, () -> Keys.readPrivate(folder.resolve("absent")));
    }
}

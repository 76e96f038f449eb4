// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.hal.contract.FakeDeviceKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code pack --encrypt-for} writes is for the devices that it names, and for no other. */
class PackEncryptedTest {
    private final byte[] firmware = new byte[100_000];

    @TempDir
    Path folder;

    private Maker maker;

    private KeyPair p256;
    private KeyPair x25519;

    @BeforeEach
    void prepare() throws Exception {
        Arrays.fill(firmware, (byte) 7);
        maker = Maker.in(folder, firmware);
        p256 = Keys.generate(Keys.Algorithm.P256);
        Keys.write(p256, folder.resolve("first.pem"), false);
        x25519 = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        Files.writeString(
                folder.resolve("second.pub.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getEncoder().encodeToString(x25519.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
    }

    @ParameterizedTest
    @CsvSource({
        "chunks, 100112, A128GCM (1)",
        "ctr, 100000, A128CTR (-65534)",
        "gcm, 100016, A128GCM (1)",
        "chacha, 100016, CHACHA20_POLY1305 (24)"
    })
    void pack_encryptForTwo_bothDevicesGetTheKeyAndNoOther(String method, long encodedBytes, String algorithm)
            throws Exception {
        Run run = maker.pack(
                "--uri",
                "https://acme.example/fw.enc",
                "--encrypt-for",
                maker.file("first.pub.pem"),
                "--encrypt-for",
                maker.file("second.pub.pem"),
                "--encrypt-as",
                method);

        assertEquals(0, run.exit(), run.err());
        assertTrue(run.out().contains("payload     " + maker.file("fw.img.enc")), run.out());
        InstallPlan plan = maker.plan();
        assertEquals(firmware.length, plan.sizeBytes());
        assertEquals(encodedBytes, Files.size(folder.resolve("fw.img.enc")));
        assertEquals(encodedBytes, plan.encoding().encodedBytes(firmware.length));
        CoseEncrypt info = plan.encoding().encryption().orElseThrow();
        assertEquals(algorithm, info.algorithm().toString());
        for (KeyPair device : List.of(p256, x25519)) {
            FakeDeviceKeys keys = new FakeDeviceKeys().agreementKey(device.getPrivate());
            ContentCipher cipher = new ContentCipher(info, info.contentKey(Optional.of(keys)));
            if (!method.equals("chunks")) {
                byte[] payload = Files.readAllBytes(folder.resolve("fw.img.enc"));
                assertArrayEquals(firmware, cipher.stream(0).doFinal(payload, 0, firmware.length));
            }
        }
        FakeDeviceKeys other = new FakeDeviceKeys()
                .agreementKey(Keys.generate(Keys.Algorithm.P256).getPrivate());
        RejectedException e = assertThrows(RejectedException.class, () -> info.contentKey(Optional.of(other)));
        assertEquals(RejectReason.DECRYPTION_FAILED, e.reason());
    }

    @ParameterizedTest
    @CsvSource({
        "16, 128, ctr, A128CTR (-65534), A128KW, ECDH_ES_A128KW",
        "32, 256, ctr, A256CTR (-65532), A256KW, ECDH_ES_A256KW",
        "32, 128, gcm, A128GCM (1), A256KW, ECDH_ES_A128KW",
        "16, 256, gcm, A256GCM (3), A128KW, ECDH_ES_A256KW",
        "16, 128, chacha, CHACHA20_POLY1305 (24), A128KW, ECDH_ES_A128KW"
    })
    void pack_encryptForAFleetAndADevice_bothGetTheKey(
            int kekBytes, String bits, String method, String algorithm, String fleet, String device) throws Exception {
        byte[] kek = new byte[kekBytes];
        Arrays.fill(kek, (byte) 3);
        Files.write(folder.resolve("fleet.key"), kek);

        Run run = maker.pack(
                "--integrated",
                "--encrypt-for",
                "fleet:fleet-1=" + maker.file("fleet.key"),
                "--encrypt-for",
                maker.file("second.pub.pem"),
                "--encrypt-bits",
                bits,
                "--encrypt-as",
                method);

        assertEquals(0, run.exit(), run.err());
        CoseEncrypt info = maker.plan().encoding().encryption().orElseThrow();
        assertTrue(info.toString().startsWith(algorithm + " for [fleet-1 by " + fleet + ", "), info.toString());
        assertTrue(info.toString().endsWith(" by " + device + "]"), info.toString());
        byte[] payload = ((PayloadLocation.Integrated) maker.plan().payload()).bytes();
        for (FakeDeviceKeys keys : List.of(
                new FakeDeviceKeys().kek("fleet-1", kek), new FakeDeviceKeys().agreementKey(x25519.getPrivate()))) {
            ContentCipher cipher = new ContentCipher(info, info.contentKey(Optional.of(keys)));
            assertArrayEquals(firmware, cipher.stream(0).doFinal(payload, 0, firmware.length));
        }
        FakeDeviceKeys other = new FakeDeviceKeys().kek("fleet-2", kek);
        RejectedException e = assertThrows(RejectedException.class, () -> info.contentKey(Optional.of(other)));
        assertEquals(RejectReason.DECRYPTION_FAILED, e.reason());
    }

    @ParameterizedTest
    @CsvSource({
        "fleet:x=fleet.key, '15 bytes, not 16 or 32'",
        "fleet:=fleet.key, not a key of a fleet such as fleet:NAME=FILE",
        "fleet:x=, not a key of a fleet such as fleet:NAME=FILE",
        "fleet:x, not a key of a fleet such as fleet:NAME=FILE"
    })
    void pack_encryptForAFleetGivenWrongly_saysHow(String key, String words) throws IOException {
        Files.write(folder.resolve("fleet.key"), new byte[15]);

        Run run = maker.pack("--integrated", "--encrypt-for", key.replace("fleet.key", maker.file("fleet.key")));

        assertEquals(1, run.exit());
        assertTrue(run.err().contains(words), run.err());
    }

    @Test
    void pack_otherBits_saysWhichAreThere() {
        Run run = maker.pack("--integrated", "--encrypt-for", maker.file("first.pub.pem"), "--encrypt-bits", "192");

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("--encrypt-bits must be 128 or 256: 192"), run.err());
    }

    @ParameterizedTest
    @EnumSource(EncryptOptions.Method.class)
    @Timeout(20)
    void pack_eachMethod_theAgentHasTheImageInItsBank(EncryptOptions.Method method) throws Exception {
        maker.pack("--integrated", "--encrypt-for", maker.file("first.pub.pem"), "--encrypt-as", method.name());

        assertArrayEquals(
                firmware, maker.install(new FakeDeviceKeys().agreementKey(p256.getPrivate()), firmware.length));
    }

    @Test
    void pack_integratedAndEncrypted_carriesTheCiphertext() throws Exception {
        maker.pack(
                "--integrated",
                "--encrypt-for",
                maker.file("first.pub.pem"),
                "--encrypted-out",
                maker.file("cipher.bin"));

        byte[] inside = ((PayloadLocation.Integrated) maker.plan().payload()).bytes();
        assertArrayEquals(Files.readAllBytes(folder.resolve("cipher.bin")), inside);
        assertFalse(Arrays.equals(firmware, inside));
    }

    @Test
    void pack_twice_neverTheSameKeyOrNonce() throws Exception {
        maker.pack(
                "--integrated", "--encrypt-for", maker.file("first.pub.pem"), "--encrypted-out", maker.file("one.bin"));
        maker.pack(
                "--integrated", "--encrypt-for", maker.file("first.pub.pem"), "--encrypted-out", maker.file("two.bin"));

        assertFalse(Arrays.equals(
                Files.readAllBytes(folder.resolve("one.bin")), Files.readAllBytes(folder.resolve("two.bin"))));
    }

    @Test
    void pack_chunkHashes_areThoseOfWhatIsFetched() throws Exception {
        maker.pack("--uri", "https://acme.example/fw", "--chunk-hashes");
        assertEquals(Optional.of(hashes("fw.img")), maker.plan().encoding().chunkHashes());
        Run inspected = Run.otapub("inspect", maker.file("fw.suit"));
        assertTrue(inspected.out().contains("chunks of 65536 bytes, each hashed"), inspected.out());

        maker.pack(
                "--uri",
                "https://x.example/fw",
                "--chunk-hashes",
                "--encrypt-for",
                maker.file("first.pub.pem"),
                "--encrypt-as",
                "ctr");

        assertEquals(Optional.of(hashes("fw.img.enc")), maker.plan().encoding().chunkHashes());
    }

    private ChunkHashes hashes(String name) throws IOException {
        try (InputStream payload = Files.newInputStream(folder.resolve(name))) {
            return ChunkHashes.of(payload, 65536);
        }
    }

    @Test
    void pack_chunkHashesBesideSealedChunks_saysWhichMethodTheyGoWith() {
        Run run = maker.pack(
                "--uri", "https://x.example/fw", "--chunk-hashes", "--encrypt-for", maker.file("first.pub.pem"));

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("--chunk-hashes goes with --encrypt-as ctr only"), run.err());
    }

    @Test
    void pack_forAKeyThatOnlySigns_saysWhichAreTaken() {
        Run run = maker.pack("--uri", "https://acme.example/fw", "--encrypt-for", maker.file("maker.pub.pem"));

        assertEquals(1, run.exit());
        assertTrue(run.err().contains("holds neither a P-256 nor an X25519 public key"), run.err());
    }

    @Test
    void inspect_encrypted_showsForWhom() {
        maker.pack("--uri", "https://acme.example/fw", "--encrypt-for", maker.file("first.pub.pem"));

        Run run = Run.otapub("inspect", maker.file("fw.suit"));

        assertTrue(run.out().contains("sealed chunks of 16384 bytes"), run.out());
        assertTrue(run.out().contains("A128GCM (1) for ["), run.out());
    }
}

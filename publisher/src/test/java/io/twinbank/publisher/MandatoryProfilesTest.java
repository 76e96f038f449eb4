// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.upokecenter.cbor.CBORObject;
import io.twinbank.core.AgentEvent;
import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.Outcome;
import io.twinbank.core.UpdateState;
import io.twinbank.core.cose.ContentCipher;
import io.twinbank.core.cose.CoseEncrypt;
import io.twinbank.core.suit.Authentic;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.PayloadLocation;
import io.twinbank.core.suit.Target;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.contract.FakeDeviceKeys;
import io.twinbank.hal.contract.FakePlatform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The six profiles that draft-ietf-suit-mti makes mandatory, each from {@code keygen} and {@code pack} to the image in a device's
 * bank. Their numbers are read by another CBOR library.
 */
class MandatoryProfilesTest {
    private static final UUID VENDOR = Uuids.vendorId("acme.example");
    private static final UUID CLASS = Uuids.classId(VENDOR, "gw-1");
    private static final DeviceIdentity DEVICE =
            new DeviceIdentity(VENDOR, CLASS, Uuids.deviceId(CLASS, "0001"), "gw-0001");

    private final byte[] firmware = new byte[100_000];
    private final FakeDeviceKeys deviceKeys = new FakeDeviceKeys();

    @TempDir
    Path folder;

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    /** Gives the device a key, and returns what {@code --encrypt-for} takes. */
    private String recipient(long wrap) throws Exception {
        if (wrap == -29) {
            KeyPair pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
            deviceKeys.agreementKey(pair.getPrivate());
            String base64 = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
            Files.writeString(
                    folder.resolve("device.pub.pem"),
                    "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
            return file("device.pub.pem");
        }
        byte[] kek = new byte[wrap == -3 ? 16 : 32];
        Arrays.fill(kek, (byte) 3);
        Files.write(folder.resolve("fleet.key"), kek);
        deviceKeys.kek("fleet-1", kek);
        return "fleet:fleet-1=" + file("fleet.key");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "suit-sha256-hmac-a128kw-a128ctr, hmac-256, ctr, 128, -16, 5, -3, -65534",
        "suit-sha256-esp256-ecdh-a128ctr, es256, ctr, 128, -16, -9, -29, -65534",
        "suit-sha256-ed25519-ecdh-a128ctr, ed25519, ctr, 128, -16, -19, -29, -65534",
        "suit-sha256-esp256-ecdh-a128gcm, es256, gcm, 128, -16, -9, -29, 1",
        "suit-sha256-ed25519-ecdh-chacha-poly, ed25519, chacha, 128, -16, -19, -29, 24",
        "suit-sha256-hsslms-a256kw-a256ctr, hss-lms, ctr, 256, -16, -46, -5, -65532"
    })
    @Timeout(60)
    void pack_mandatoryProfile_isVerifiedPlannedDecryptedAndInstalled(
            String profile,
            String algorithm,
            String method,
            String bits,
            long digest,
            long authentication,
            long wrap,
            long content)
            throws Exception {
        Arrays.fill(firmware, (byte) 7);
        Files.write(folder.resolve("fw.img"), firmware);
        Path key = folder.resolve("maker.pem");
        run("keygen", "--alg", algorithm, "--signatures", "32", "--out", key.toString());
        run(
                "pack",
                "--image",
                file("fw.img"),
                "--integrated",
                "--key",
                key.toString(),
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--sequence",
                "7",
                "--security-version",
                "2",
                "--encrypt-for",
                recipient(wrap),
                "--encrypt-as",
                method,
                "--encrypt-bits",
                bits,
                "--out",
                file("fw.suit"));
        byte[] envelope = Files.readAllBytes(folder.resolve("fw.suit"));
        TrustPolicy policy =
                TrustPolicy.anyOf(Keys.readTrusted(algorithm.equals("hmac-256") ? key : Keys.publicFile(key))
                        .anchor("maker", Role.FIRMWARE));

        ManifestVerifier verifier = new ManifestVerifier(Limits.standard());
        Authentic authentic = verifier.authenticate(envelope, policy, Role.FIRMWARE);
        InstallPlan plan = verifier.plan(authentic, new Target(DEVICE, List.of(ComponentId.of("os")), BankId.B));

        CoseEncrypt info = plan.encoding().encryption().orElseThrow();
        assertEquals(List.of(digest, authentication, wrap, content), numbers(envelope, info), profile);
        assertEquals(firmware.length, plan.sizeBytes());
        byte[] payload = ((PayloadLocation.Integrated) plan.payload()).bytes();
        assertFalse(Arrays.equals(firmware, Arrays.copyOf(payload, firmware.length)), "encrypted");
        assertArrayEquals(firmware, decrypted(info, payload));
        assertArrayEquals(firmware, installed(envelope, policy));
    }

    private void run(String... args) {
        Run run = Run.otapub(args);
        assertEquals(0, run.exit(), run.err());
    }

    /** The digest's, the signature's or MAC's, the key wrap's and the content's. */
    private static List<Long> numbers(byte[] envelope, CoseEncrypt info) {
        CBORObject wrapper = inside(CBORObject.DecodeFromBytes(envelope).get(2));
        CBORObject block = inside(wrapper.get(1));
        CBORObject encrypt = CBORObject.DecodeFromBytes(info.encode());
        return List.of(
                inside(wrapper.get(0)).get(0).AsInt64Value(),
                inside(block.get(0)).get(1).AsInt64Value(),
                algorithm(encrypt.get(3).get(0)),
                algorithm(encrypt));
    }

    private static long algorithm(CBORObject layer) {
        CBORObject header = layer.get(0).GetByteString().length > 0 ? inside(layer.get(0)) : layer.get(1);
        return header.get(1).AsInt64Value();
    }

    private static CBORObject inside(CBORObject bytes) {
        return CBORObject.DecodeFromBytes(bytes.GetByteString());
    }

    private byte[] decrypted(CoseEncrypt info, byte[] payload) throws Exception {
        ContentCipher cipher = new ContentCipher(info, info.contentKey(Optional.of(deviceKeys)));
        return info.algorithm().authenticates()
                ? cipher.authenticating(Cipher.DECRYPT_MODE, info.iv(), info.additionalData(new byte[0]))
                        .doFinal(payload)
                : cipher.stream(0).doFinal(payload);
    }

    /** What an agent that is offered the envelope has in its bank. */
    private byte[] installed(byte[] envelope, TrustPolicy policy) throws Exception {
        FakePlatform board = FakePlatform.builder()
                .identity(DEVICE)
                .trustPolicy(policy)
                .keys(deviceKeys)
                .build();
        board.bootControl().load(BankId.A, 1);
        board.boot();
        CompletableFuture<Object> end = new CompletableFuture<>();
        try (OtaAgent agent = OtaAgent.builder()
                .platform(board)
                .installGate(() -> false)
                .onEvent(event -> {
                    if (event instanceof AgentEvent.StateChanged change && change.to() == UpdateState.STAGED) {
                        end.complete(UpdateState.STAGED);
                    } else if (event instanceof AgentEvent.Ended ended
                            && !(ended.outcome() instanceof Outcome.StateLost)) {
                        end.complete(ended.outcome());
                    }
                })
                .build()) {
            agent.start();
            agent.offer(new Offer.Envelope(envelope));
            assertEquals(UpdateState.STAGED, end.get());
        }
        return Arrays.copyOf(board.bank(BankId.B).content(), firmware.length);
    }
}

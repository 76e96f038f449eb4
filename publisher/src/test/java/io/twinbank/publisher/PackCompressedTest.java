// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdInputStream;
import io.twinbank.core.AgentEvent;
import io.twinbank.core.Offer;
import io.twinbank.core.OtaAgent;
import io.twinbank.core.Outcome;
import io.twinbank.core.RejectedException;
import io.twinbank.core.UpdateState;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Frames;
import io.twinbank.core.suit.InstallPlan;
import io.twinbank.core.suit.Limits;
import io.twinbank.core.suit.ManifestVerifier;
import io.twinbank.core.suit.Target;
import io.twinbank.core.suit.Uuids;
import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.DeviceIdentity;
import io.twinbank.hal.Role;
import io.twinbank.hal.TrustAnchor;
import io.twinbank.hal.TrustPolicy;
import io.twinbank.hal.contract.FakeDeviceKeys;
import io.twinbank.hal.contract.FakePlatform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code pack --compress} writes, devices decode, and so does zstd. */
class PackCompressedTest {
    private static final UUID VENDOR = Uuids.vendorId("acme.example");
    private static final UUID CLASS = Uuids.classId(VENDOR, "gw-1");

    private final byte[] firmware = new byte[300_000];

    @TempDir
    Path folder;

    @BeforeEach
    void prepare() throws Exception {
        for (int i = 0; i < firmware.length; i++) {
            firmware[i] = (byte) (i % 251 * (i / 1000));
        }
        Files.write(folder.resolve("fw.img"), firmware);
        Files.write(folder.resolve("fleet.key"), new byte[16]);
        Keys.write(Keys.generate(Keys.Algorithm.ED25519), folder.resolve("maker.pem"), false);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private Run pack(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "pack",
                "--image",
                file("fw.img"),
                "--key",
                file("maker.pem"),
                "--vendor-domain",
                "acme.example",
                "--model",
                "gw-1",
                "--sequence",
                "7",
                "--security-version",
                "2",
                "--out",
                file("fw.suit")));
        arguments.addAll(List.of(more));
        return Run.otapub(arguments.toArray(String[]::new));
    }

    private TrustPolicy trust() throws IOException {
        return TrustPolicy.anyOf(new TrustAnchor(
                "maker",
                Keys.readPublic(folder.resolve("maker.pub.pem")).subjectPublicKeyInfo(),
                Set.of(Role.FIRMWARE)));
    }

    private InstallPlan plan() throws IOException, RejectedException {
        ManifestVerifier verifier = new ManifestVerifier(Limits.standard());
        DeviceIdentity device = new DeviceIdentity(VENDOR, CLASS, Uuids.deviceId(CLASS, "0001"), "gw");
        return verifier.plan(
                verifier.authenticate(Files.readAllBytes(folder.resolve("fw.suit")), trust(), Role.FIRMWARE),
                new Target(device, List.of(ComponentId.of("os")), BankId.A));
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "zstd:1", "zstd:22"})
    void pack_compress_thePayloadIsAlsoAZstdFile(String method) throws Exception {
        Run run = pack("--uri", "https://acme.example/fw.zst", "--compress", method, "--frame-bytes", "65536");

        assertEquals(0, run.exit(), run.err());
        long encoded = Files.size(folder.resolve("fw.img.zst"));
        assertEquals(
                Optional.of(new Frames(Frames.Codec.ZSTD, 65536, encoded)),
                plan().encoding().frames());
        assertTrue(encoded < firmware.length / 2, encoded + " bytes");
        assertTrue(run.out().contains("payload     " + file("fw.img.zst")), run.out());
        assertTrue(run.out().contains("zstd in frames of 65536 bytes, " + encoded + " bytes encoded"), run.out());
        try (InputStream in =
                new ZstdInputStream(Files.newInputStream(folder.resolve("fw.img.zst"))).setContinuous(false)) {
            assertArrayEquals(firmware, in.readAllBytes());
        }
        try (InputStream payload = Files.newInputStream(folder.resolve("fw.img.zst"))) {
            assertEquals(
                    Optional.of(ChunkHashes.of(payload, 65536)),
                    plan().encoding().chunkHashes());
        }
    }

    @Test
    void pack_compressTwice_isTheSame() throws Exception {
        pack("--uri", "https://acme.example/fw.zst", "--compress", "zstd", "--compressed-out", file("one"));
        pack("--uri", "https://acme.example/fw.zst", "--compress", "zstd", "--compressed-out", file("two"));

        assertArrayEquals(Files.readAllBytes(folder.resolve("one")), Files.readAllBytes(folder.resolve("two")));
        assertFalse(Files.exists(folder.resolve("fw.img.zst")));
    }

    @Test
    void inspect_compressed_saysHow() {
        pack("--uri", "https://acme.example/fw.zst", "--compress", "zstd");

        Run run = Run.otapub("inspect", file("fw.suit"));

        assertTrue(
                run.out().contains("chunks of 65536 bytes, each hashed, zstd in frames of 1048576 bytes"), run.out());
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    @Timeout(20)
    void pack_compressAndEncrypt_theAgentHasTheImageInItsBank(boolean encrypt) throws Exception {
        List<String> options = new ArrayList<>(List.of("--integrated", "--compress", "zstd", "--frame-bytes", "65536"));
        if (encrypt) {
            options.addAll(List.of("--encrypt-for", "fleet:f=" + file("fleet.key"), "--encrypt-as", "ctr"));
        }
        Run run = pack(options.toArray(String[]::new));
        assertEquals(0, run.exit(), run.err());
        FakePlatform board = FakePlatform.builder()
                .identity(new DeviceIdentity(VENDOR, CLASS, Uuids.deviceId(CLASS, "0001"), "gw"))
                .trustPolicy(trust())
                .keys(new FakeDeviceKeys().kek("f", new byte[16]))
                .build();
        board.bootControl().load(BankId.A, 1);
        board.boot();
        CompletableFuture<Object> end = new CompletableFuture<>();

        try (OtaAgent agent = OtaAgent.builder()
                .platform(board)
                .installGate(() -> false)
                .onEvent(event -> {
                    if (event instanceof AgentEvent.StateChanged change) {
                        if (change.to() == UpdateState.STAGED) {
                            end.complete(UpdateState.STAGED);
                        }
                    } else if (event instanceof AgentEvent.Ended ended
                            && !(ended.outcome() instanceof Outcome.StateLost)) {
                        end.complete(ended.outcome());
                    }
                })
                .build()) {
            agent.start();
            agent.offer(new Offer.Envelope(Files.readAllBytes(folder.resolve("fw.suit"))));
            assertEquals(UpdateState.STAGED, end.get());
        }

        assertArrayEquals(firmware, Arrays.copyOf(board.bank(BankId.B).content(), firmware.length));
        assertEquals(encrypt, Files.exists(folder.resolve("fw.img.zst.enc")));
    }

    @Test
    void pack_compressBesideSealedChunks_saysSoBeforeItCompresses() {
        Run run = pack(
                "--uri", "https://x.example/fw", "--compress", "zstd", "--encrypt-for", "fleet:f=" + file("fleet.key"));

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("--compress goes with --encrypt-as ctr only"), run.err());
        assertFalse(Files.exists(folder.resolve("fw.img.zst")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd:", "zstd:0", "zstd:23", "zstd:x"})
    void pack_anotherMethod_saysWhichThereAre(String method) {
        Run run = pack("--uri", "https://x.example/fw", "--compress", method);

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("'" + method + "' is neither zstd nor zstd:LEVEL, of level 1 to 22"), run.err());
    }

    @Test
    void pack_framesOfAnotherSize_saysWhichThereAre() {
        Run run = pack("--uri", "https://x.example/fw", "--compress", "zstd", "--frame-bytes", "5000");

        assertEquals(1, run.exit());
        assertTrue(
                run.err().contains("frameBytes must be a power of two between 4096 and 8388608, not 5000"), run.err());
    }
}

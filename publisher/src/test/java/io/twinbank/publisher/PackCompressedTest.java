// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdInputStream;
import io.twinbank.core.suit.ChunkHashes;
import io.twinbank.core.suit.Frames;
import io.twinbank.hal.contract.FakeDeviceKeys;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code pack --compress} writes, devices decode, and so does zstd. */
class PackCompressedTest {
    private final byte[] firmware = new byte[300_000];

    @TempDir
    Path folder;

    private Maker maker;

    @BeforeEach
    void prepare() throws Exception {
        for (int i = 0; i < firmware.length; i++) {
            firmware[i] = (byte) (i % 251 * (i / 1000));
        }
        Files.write(folder.resolve("fleet.key"), new byte[16]);
        maker = Maker.in(folder, firmware);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "zstd:1", "zstd:22"})
    void pack_compress_thePayloadIsAlsoAZstdFile(String method) throws Exception {
        Run run = maker.pack("--uri", "https://acme.example/fw.zst", "--compress", method, "--frame-bytes", "65536");

        assertEquals(0, run.exit(), run.err());
        long encoded = Files.size(folder.resolve("fw.img.zst"));
        assertEquals(
                Optional.of(new Frames(Frames.Codec.ZSTD, 65536, encoded)),
                maker.plan().encoding().frames());
        assertTrue(encoded < firmware.length / 2, encoded + " bytes");
        assertTrue(run.out().contains("payload     " + maker.file("fw.img.zst")), run.out());
        assertTrue(run.out().contains("zstd in frames of 65536 bytes, " + encoded + " bytes encoded"), run.out());
        try (InputStream in =
                new ZstdInputStream(Files.newInputStream(folder.resolve("fw.img.zst"))).setContinuous(false)) {
            assertArrayEquals(firmware, in.readAllBytes());
        }
        try (InputStream payload = Files.newInputStream(folder.resolve("fw.img.zst"))) {
            assertEquals(
                    Optional.of(ChunkHashes.of(payload, 65536)),
                    maker.plan().encoding().chunkHashes());
        }
    }

    @Test
    void pack_compressTwice_isTheSame() throws Exception {
        maker.pack("--uri", "https://acme.example/fw.zst", "--compress", "zstd", "--compressed-out", maker.file("one"));
        maker.pack("--uri", "https://acme.example/fw.zst", "--compress", "zstd", "--compressed-out", maker.file("two"));

        assertArrayEquals(Files.readAllBytes(folder.resolve("one")), Files.readAllBytes(folder.resolve("two")));
        assertFalse(Files.exists(folder.resolve("fw.img.zst")));
    }

    @Test
    void inspect_compressed_saysHow() {
        maker.pack("--uri", "https://acme.example/fw.zst", "--compress", "zstd");

        Run run = Run.otapub("inspect", maker.file("fw.suit"));

        assertTrue(
                run.out().contains("chunks of 65536 bytes, each hashed, zstd in frames of 1048576 bytes"), run.out());
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    @Timeout(20)
    void pack_compressAndEncrypt_theAgentHasTheImageInItsBank(boolean encrypt) throws Exception {
        List<String> options = new ArrayList<>(List.of("--integrated", "--compress", "zstd", "--frame-bytes", "65536"));
        if (encrypt) {
            options.addAll(List.of("--encrypt-for", "fleet:f=" + maker.file("fleet.key"), "--encrypt-as", "ctr"));
        }
        Run run = maker.pack(options.toArray(String[]::new));
        assertEquals(0, run.exit(), run.err());

        assertArrayEquals(firmware, maker.install(new FakeDeviceKeys().kek("f", new byte[16]), firmware.length));
        assertEquals(encrypt, Files.exists(folder.resolve("fw.img.zst.enc")));
    }

    @Test
    void pack_compressBesideSealedChunks_saysSoBeforeItCompresses() {
        Run run = maker.pack(
                "--uri",
                "https://x.example/fw",
                "--compress",
                "zstd",
                "--encrypt-for",
                "fleet:f=" + maker.file("fleet.key"));

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("--compress goes with --encrypt-as ctr only"), run.err());
        assertFalse(Files.exists(folder.resolve("fw.img.zst")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd:", "zstd:0", "zstd:23", "zstd:x"})
    void pack_anotherMethod_saysWhichThereAre(String method) {
        Run run = maker.pack("--uri", "https://x.example/fw", "--compress", method);

        assertEquals(2, run.exit());
        assertTrue(run.err().contains("'" + method + "' is neither zstd nor zstd:LEVEL, of level 1 to 22"), run.err());
    }

    @Test
    void pack_framesOfAnotherSize_saysWhichThereAre() {
        Run run = maker.pack("--uri", "https://x.example/fw", "--compress", "zstd", "--frame-bytes", "5000");

        assertEquals(1, run.exit());
        assertTrue(
                run.err().contains("frameBytes must be a power of two between 4096 and 8388608, not 5000"), run.err());
    }
}

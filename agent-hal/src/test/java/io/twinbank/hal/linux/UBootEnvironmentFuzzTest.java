// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the copies hold, they are variables that can be changed, or refused. */
@Tag("fuzz")
class UBootEnvironmentFuzzTest {
    private static final int SIZE = 256;

    @TempDir
    static Path folder;

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "\1\0\0\0\0\7BOOT_ORDER=A B\0a=1\0",
                        "\1\0\0\0\0\377\0x\0=y\0z==\0a=1\0a=2\0",
                        "\2slot=a\0",
                        "\3\0\0\0\0\0slot=a")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The first byte says which copies get a right CRC: a fuzzer can't guess one. */
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void uboot_anyBytes_areVariablesOrRefused(byte[] bytes) throws IOException {
        int good = bytes.length > 0 ? bytes[0] : 0;
        byte[] copies = Arrays.copyOfRange(bytes, Math.min(1, bytes.length), 1 + 2 * SIZE);
        ByteBuffer buffer = ByteBuffer.wrap(copies).order(ByteOrder.LITTLE_ENDIAN);
        for (int copy = 0; copy <= 1; copy++) {
            if ((good >> copy & 1) != 0) {
                CRC32 crc = new CRC32();
                crc.update(copies, copy * SIZE + 5, SIZE - 5);
                buffer.putInt(copy * SIZE, (int) crc.getValue());
            }
        }
        Files.write(folder.resolve("env"), Arrays.copyOf(copies, 2 * SIZE));
        Path config = Files.writeString(folder.resolve("fw_env.config"), "env 0 256\nenv 256 256\n");

        changeAndReadAgain(UBootEnvironment.open(config, Disk.REAL, () -> () -> {}));
    }

    /** Shared with GRUB's. */
    static void changeAndReadAgain(BootVariables variables) throws IOException {
        try {
            SortedMap<String, String> expected = new TreeMap<>(variables.read().variables());
            expected.put("twinbank_trial", "B");

            variables.change(all -> all.put("twinbank_trial", "B"));

            assertEquals(expected, variables.read().variables());
        } catch (HalException refused) {
            assertTrue(
                    refused.kind() == HalException.Kind.IO || refused.kind() == HalException.Kind.NO_SPACE,
                    refused::getMessage);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the file holds, it names one or two copies, or is refused. */
@Tag("fuzz")
class UBootEnvironmentConfigFuzzTest {
    @TempDir
    static Path folder;

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "/d\0 0 0x4000\n",
                        "/dev/mmcblk0 0x400000 0x4000\n/dev/mmcblk0 0x404000 0x4000 # the other\n",
                        "# none\n\n/dev/mtd0 0 010000 0x1000 4\n",
                        "env -0x2000 8192\n\tenv -8192 8192\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void config_anyBytes_areOneOrTwoCopiesOrRefused(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("any.config"), bytes);

        try {
            UBootEnvironmentConfig config = UBootEnvironmentConfig.read(file);

            assertTrue(config.copies().size() <= 2);
            for (UBootEnvironmentConfig.Copy copy : config.copies()) {
                assertTrue(copy.sizeBytes() >= UBootEnvironmentConfig.MIN_BYTES);
                assertTrue(copy.sizeBytes() <= UBootEnvironmentConfig.MAX_BYTES);
            }
        } catch (HalException e) {
            assertTrue(e.getMessage().contains("any.config"), e::getMessage);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import com.code_intelligence.jazzer.junit.FuzzTest;
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

/** Whatever the block holds, it is variables that can be changed, or refused. */
@Tag("fuzz")
class GrubEnvironmentFuzzTest {
    @TempDir
    static Path folder;

    static Stream<byte[]> seeds() {
        return Stream.of(
                        GrubEnvironment.SIGNATURE + "ORDER=A B\nA_OK=1\n####",
                        GrubEnvironment.SIGNATURE + "a\\b=c\\\\\\\nd\n#x=y\n=z\nno\nlast=1",
                        "# GRUB")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void grub_anyBytes_areVariablesOrRefused(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("grubenv"), bytes);

        UBootEnvironmentFuzzTest.changeAndReadAgain(GrubEnvironment.of(file));
    }
}

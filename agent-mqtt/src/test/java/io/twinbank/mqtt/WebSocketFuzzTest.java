// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever frames a server sends, they give no more bytes than they have, or an {@link IOException}. */
@Tag("fuzz")
class WebSocketFuzzTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    static Stream<byte[]> seeds() {
        return Stream.of(
                new byte[] {(byte) 0x82, 3, 1, 2, 3},
                new byte[] {2, 1, 9, (byte) 0x89, 1, 7, 0, 0, (byte) 0x80, 1, 8},
                new byte[] {(byte) 0x82, 126, 0, 126, 1},
                new byte[] {(byte) 0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0, 1},
                new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
    }

    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void read_anyBytes_givesNoMoreThanThereAre(byte[] bytes) {
        WebSocketOutput pongs = new WebSocketOutput(OutputStream.nullOutputStream(), RANDOM);
        try (PacketGuard in =
                new PacketGuard(new WebSocketInput(new ByteArrayInputStream(bytes), pongs), 1 << 16, topic -> true)) {
            assertTrue(in.readAllBytes().length <= bytes.length);
        } catch (IOException e) {
            assertTrue(e.getMessage() != null && !e.getMessage().isBlank());
        }
    }
}

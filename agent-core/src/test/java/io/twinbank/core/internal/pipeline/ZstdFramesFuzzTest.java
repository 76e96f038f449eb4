// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.core.RejectedException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes of a frame are, they are decoded into no more than their room, or refused. */
@Tag("fuzz")
class ZstdFramesFuzzTest {
    private static final int FRAME = 4096;

    static Stream<byte[]> frames() {
        byte[] content = new byte[FRAME];
        for (int i = 0; i < FRAME; i++) {
            content[i] = (byte) (i % 7 * (i / 100));
        }
        byte[] short300 = Arrays.copyOf(content, 300);
        return Stream.of(content, new byte[FRAME], short300).map(Framing::compress);
    }

    /** Both libraries read beyond no end, and what both decode is the same. */
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("frames")
    @FuzzTest(maxDuration = "5s")
    void decode_anyFrame_isRefusedOrFillsItsRoom(byte[] encoded) {
        for (int room : new int[] {300, FRAME}) {
            Optional<byte[]> inC = decode(NativeZstd.load(), encoded, room);
            Optional<byte[]> inJava = decode(JavaZstd.load(), encoded, room);
            if (inC.isPresent() && inJava.isPresent()) {
                assertArrayEquals(inC.get(), inJava.get());
            }
        }
    }

    private static Optional<byte[]> decode(Zstd zstd, byte[] encoded, int room) {
        ByteBuffer dst = ByteBuffer.allocate(room + 16).limit(room);
        try {
            new ZstdFrames(zstd, FRAME).decode(0, ByteBuffer.wrap(encoded), dst);
        } catch (RejectedException e) {
            return Optional.empty();
        } finally {
            for (int i = room; i < room + 16; i++) {
                assertEquals(0, dst.array()[i], "behind the room");
            }
        }
        return Optional.of(Arrays.copyOf(dst.array(), room));
    }
}

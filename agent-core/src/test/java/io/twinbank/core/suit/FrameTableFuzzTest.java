// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.core.RejectedException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the head of a framed payload is, it is read without another exception than a refusal. */
@Tag("fuzz")
class FrameTableFuzzTest {
    private static final int FRAME = 4096;

    static Stream<byte[]> heads() {
        return Stream.of(FrameTable.encode(FRAME, new int[] {100, 4000, 7}));
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("heads")
    @FuzzTest(maxDuration = "5s")
    void decode_anyHead_isRefusedOrEncodesToTheSame(byte[] head) {
        Frames frames = new Frames(Frames.Codec.ZSTD, FRAME, 4139);
        FrameTable table;
        try {
            table = FrameTable.decode(ByteBuffer.wrap(head), frames, 3 * FRAME);
        } catch (RejectedException e) {
            return;
        }
        int[] lengths = new int[table.count()];
        Arrays.setAll(lengths, table::encodedBytes);
        assertArrayEquals(head, FrameTable.encode(FRAME, lengths));
    }
}

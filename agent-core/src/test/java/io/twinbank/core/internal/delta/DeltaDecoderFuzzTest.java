// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.delta;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.FinishableOutputStream;
import org.tukaani.xz.FinishableWrapperOutputStream;
import org.tukaani.xz.LZMA2Options;

/** Whatever the bytes are, they give a whole frame or none, and read nothing outside of the old image. */
@Tag("fuzz")
class DeltaDecoderFuzzTest {
    private static final int SIZE = 64;

    static Stream<byte[]> seeds() throws IOException {
        byte[] text = "abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcd".getBytes(US_ASCII);
        ByteArrayOutputStream[] parts = new ByteArrayOutputStream[DeltaFormat.STREAMS];
        Arrays.setAll(parts, i -> new ByteArrayOutputStream());
        parts[DeltaFormat.COPIES].writeBytes(new byte[] {1, 0, 0, 0});
        parts[DeltaFormat.INSERTIONS].writeBytes(new byte[] {1, 0, 0, SIZE});
        FinishableOutputStream stream =
                new LZMA2Options(6).getOutputStream(new FinishableWrapperOutputStream(parts[DeltaFormat.BYTES]));
        stream.write(text);
        stream.flush();
        return Stream.of(
                StoredFrame.of(text, parts).array(),
                StoredFrame.first()
                        .copy(60, 4, 5, 9, 0)
                        .insert(1, 2, 3, 4)
                        .of(text)
                        .array());
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5s")
    void decode_anyBytes_givesAWholeFrameOrNone(byte[] bytes) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(SIZE);
        try {
            new DeltaDecoder(new MemoryImage(new byte[SIZE + 8]), SIZE, SIZE).decode(0, ByteBuffer.wrap(bytes), dst);
            assertEquals(SIZE, dst.position());
        } catch (BadFrameException refused) {
            assertEquals(0, dst.position(), refused.getMessage());
        }
    }
}

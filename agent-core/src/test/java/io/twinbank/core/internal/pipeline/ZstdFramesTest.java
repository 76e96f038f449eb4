// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdCompressCtx;
import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is a frame of a payload, and what isn't; by each library the same. */
class ZstdFramesTest {
    private static final int FRAME = 64 << 10;
    private static final byte[] CONTENT = content();

    private static byte[] content() {
        byte[] content = new byte[FRAME];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) random.nextInt(1 + i / 1000);
        }
        return content;
    }

    static List<Zstd> libraries() {
        return List.of(NativeZstd.load(), JavaZstd.load());
    }

    private static byte[] decode(Zstd zstd, byte[] encoded, int contentBytes) throws RejectedException {
        // Neither buffer begins where its array does, and what is around the room must stay as it is.
        byte[] around = new byte[contentBytes + 20];
        Arrays.fill(around, (byte) 0x55);
        ByteBuffer dst = ByteBuffer.wrap(around, 5, contentBytes + 10)
                .slice()
                .position(5)
                .limit(5 + contentBytes);
        ByteBuffer in = ByteBuffer.allocate(encoded.length + 7).position(7).slice();
        try {
            new ZstdFrames(zstd, FRAME).decode(0, in.put(encoded).flip(), dst);
        } finally {
            for (int i = 0; i < 10; i++) {
                assertEquals(0x55, around[i], "before the room");
                assertEquals(0x55, around[around.length - 1 - i], "behind the room");
            }
        }
        assertEquals(0, dst.remaining());
        return Arrays.copyOfRange(around, 10, 10 + contentBytes);
    }

    private static void assertRefused(Rejection expected, byte[] encoded) {
        for (Zstd zstd : libraries()) {
            Rejection found = assertThrows(RejectedException.class, () -> decode(zstd, encoded, FRAME), zstd.title())
                    .rejection();
            assertEquals(expected, found, zstd.title());
        }
    }

    private static void assertMalformed(String what, Object found, Object expected, byte[] encoded) {
        assertRefused(Rejection.of(RejectReason.MALFORMED, what, found, expected), encoded);
    }

    private static byte[] compress(byte[] content, UnaryOperator<ZstdCompressCtx> settings) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            return settings.apply(context.setLevel(3).setContentSize(true)).compress(content);
        }
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    static Stream<byte[]> good() {
        byte[] noise = new byte[FRAME];
        new SplittableRandom(2).nextBytes(noise);
        return Stream.of(CONTENT, noise, new byte[FRAME], new byte[] {7}, Arrays.copyOf(CONTENT, 300));
    }

    @ParameterizedTest
    @MethodSource("good")
    void decode_whatTheFactoryMakes_isItsContent(byte[] content) throws Exception {
        for (Zstd zstd : libraries()) {
            for (int level : new int[] {1, 3, 19}) {
                byte[] encoded = compress(content, context -> context.setLevel(level));
                assertArrayEquals(content, decode(zstd, encoded, content.length), zstd.title() + " " + level);
            }
        }
    }

    @Test
    void decode_intoADirectBuffer_isTheSame() throws Exception {
        for (Zstd zstd : libraries()) {
            ByteBuffer dst = ByteBuffer.allocateDirect(FRAME + 20).position(10).limit(10 + FRAME);

            new ZstdFrames(zstd, FRAME).decode(0, ByteBuffer.wrap(Framing.compress(CONTENT)), dst);

            byte[] found = new byte[FRAME];
            dst.flip().position(10).get(found);
            assertArrayEquals(CONTENT, found, zstd.title());
        }
    }

    @Test
    void decode_withAChecksum_comparesIt() throws Exception {
        byte[] encoded = compress(CONTENT, context -> context.setChecksum(true));
        for (Zstd zstd : libraries()) {
            assertArrayEquals(CONTENT, decode(zstd, encoded, FRAME), zstd.title());
        }
        encoded[encoded.length - 1] ^= 1;

        for (Zstd zstd : libraries()) {
            Rejection refusal = assertThrows(RejectedException.class, () -> decode(zstd, encoded, FRAME))
                    .rejection();
            assertEquals(RejectReason.MALFORMED, refusal.reason(), zstd.title());
            assertEquals("content of the zstd frame", refusal.detail(), zstd.title());
        }
    }

    @Test
    void decode_anotherContentSize_isMalformed() {
        byte[] more = compress(new byte[1 << 20], context -> context);

        assertTrue(more.length < 100, "a bomb");
        assertMalformed("content size of the zstd frame", "1048576 bytes", "65536 bytes", more);
        assertMalformed(
                "content size of the zstd frame",
                "300 bytes",
                "65536 bytes",
                Framing.compress(Arrays.copyOf(CONTENT, 300)));
    }

    /** Whatever its header says, a frame never gives more than there is room for. */
    @Test
    void decode_moreContentThanItSays_isMalformed() {
        byte[] lie = compress(new byte[1 << 20], context -> context);
        assertEquals(
                1 << 20, ByteBuffer.wrap(lie).order(ByteOrder.LITTLE_ENDIAN).getInt(5), "content size");
        lie[7] = 1; // 65536
        for (Zstd zstd : libraries()) {
            Rejection refusal = assertThrows(RejectedException.class, () -> decode(zstd, lie, FRAME))
                    .rejection();
            assertEquals(RejectReason.MALFORMED, refusal.reason(), zstd.title());
        }
    }

    @Test
    void decode_lessContentThanItSays_isMalformed() {
        byte[] half = Framing.compress(Arrays.copyOf(CONTENT, 30_000));
        byte[] longer = join(new byte[] {half[0], half[1], half[2], half[3], (byte) 0xa0, 0, 0, 1, 0}, tail(half, 7));
        for (Zstd zstd : libraries()) {
            Rejection refusal = assertThrows(RejectedException.class, () -> decode(zstd, longer, FRAME))
                    .rejection();
            assertEquals(RejectReason.MALFORMED, refusal.reason(), zstd.title());
            assertEquals("content of the zstd frame", refusal.detail(), zstd.title());
        }
    }

    private static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }

    @Test
    void decode_noContentSize_isUnsupported() {
        assertRefused(
                Rejection.of(RejectReason.UNSUPPORTED, "content size of the zstd frame", "none", "65536 bytes"),
                compress(CONTENT, context -> context.setContentSize(false)));
    }

    @Test
    void decode_windowLargerThanAFrame_exceedsTheLimit() {
        byte[] encoded = Framing.compress(CONTENT);
        // The same blocks behind a header with a window, of 72 KiB, and a content size in 4 bytes.
        byte[] header = {encoded[0], encoded[1], encoded[2], encoded[3], (byte) 0x80, 6 << 3 | 1, 0, 0, 1, 0};
        assertEquals((byte) 0x60, encoded[4], "one segment, with 2 bytes of content size");

        assertRefused(
                Rejection.of(
                        RejectReason.LIMIT_EXCEEDED, "window of the zstd frame", "73728 bytes", "at most 65536 bytes"),
                join(header, tail(encoded, 7)));
    }

    @Test
    void decode_aDictionary_isUnsupported() {
        byte[] dictionary = Arrays.copyOf(new byte[] {0x37, (byte) 0xa4, 0x30, (byte) 0xec, 9}, 5);
        byte[] encoded = Framing.compress(CONTENT);
        byte[] header = {encoded[0], encoded[1], encoded[2], encoded[3], (byte) (encoded[4] | 1), dictionary[4]};

        assertRefused(
                Rejection.of(RejectReason.UNSUPPORTED, "dictionary of the zstd frame", "one", "none"),
                join(header, tail(encoded, 5)));
    }

    @Test
    void decode_aSkippableFrame_isMalformed() {
        byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9};

        assertMalformed(
                "begin of the zstd frame", "0x184d2a50", "0xfd2fb528", join(skippable, Framing.compress(CONTENT)));
    }

    @Test
    void decode_whateverFollowsTheFrame_isMalformed() {
        byte[] encoded = Framing.compress(CONTENT);
        byte[] empty = Framing.compress(new byte[0]);
        byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9};

        for (byte[] more : List.of(new byte[1], empty, skippable, encoded)) {
            assertMalformed("bytes behind the last block of the zstd frame", more.length, 0, join(encoded, more));
        }
        assertMalformed(
                "bytes behind the last block of the zstd frame",
                5,
                4,
                join(compress(CONTENT, context -> context.setChecksum(true)), new byte[1]));
    }

    @Test
    void decode_reservedBits_areMalformed() {
        for (int bit : new int[] {1, 2}) {
            byte[] encoded = Framing.compress(CONTENT);
            encoded[4] |= (byte) (bit << 3);
            assertMalformed("reserved bits of the zstd frame", bit, 0, encoded);
        }
    }

    @Test
    void decode_aReservedOrTooLargeBlock_isMalformed() {
        byte[] encoded = Framing.compress(CONTENT);
        encoded[7] |= 6;
        assertMalformed("block of the zstd frame", "of a reserved type", "raw, run or compressed", encoded);

        byte[] large = Framing.compress(CONTENT);
        large[9] |= (byte) 0xf0;
        for (Zstd zstd : libraries()) {
            Rejection refusal = assertThrows(RejectedException.class, () -> decode(zstd, large, FRAME))
                    .rejection();
            assertEquals("at most 131072 bytes", refusal.expected());
        }
    }

    @Test
    void decode_cutOffAnywhere_isMalformed() {
        byte[] encoded = Framing.compress(Arrays.copyOf(CONTENT, 2000));
        for (Zstd zstd : libraries()) {
            for (int length = 0; length < encoded.length; length++) {
                byte[] cut = Arrays.copyOf(encoded, length);
                Rejection refusal = assertThrows(RejectedException.class, () -> decode(zstd, cut, 2000))
                        .rejection();
                assertEquals(RejectReason.MALFORMED, refusal.reason());
            }
        }
    }

    /** A flipped bit may give other bytes, which the image's digest finds; never more, and never another exception. */
    @Test
    void decode_anyBitFlipped_isRefusedOrGivesAsManyBytes() {
        byte[] encoded = Framing.compress(Arrays.copyOf(CONTENT, 2000));
        for (Zstd zstd : libraries()) {
            int refused = 0;
            for (int bit = 0; bit < encoded.length * 8; bit++) {
                byte[] other = encoded.clone();
                other[bit / 8] ^= (byte) (1 << bit % 8);
                try {
                    assertEquals(2000, decode(zstd, other, 2000).length);
                } catch (RejectedException e) {
                    refused++;
                }
            }
            assertTrue(refused > 100, zstd.title() + " refused " + refused);
        }
    }
}

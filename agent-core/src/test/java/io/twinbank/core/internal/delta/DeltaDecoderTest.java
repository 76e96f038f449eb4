// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.delta;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.internal.delta.BadFrameException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tukaani.xz.FinishableOutputStream;
import org.tukaani.xz.FinishableWrapperOutputStream;
import org.tukaani.xz.LZMA2Options;

class DeltaDecoderTest {
    private static final int WINDOW = DeltaFormat.windowBytes(DeltaFormat.BYTES);
    private static final byte[] OLD = "0123456789".getBytes(US_ASCII);

    @Test
    void decode_copyWithDifferencesAndInsertion_givesTheFrame() throws Exception {
        byte[] expected = "2345X7ab".getBytes(US_ASCII);
        // from 2, that is 2 further; four the same, then '6' + 34 = 'X', then the same up to the end
        ByteBuffer frame = StoredFrame.first()
                .copy(6, 4, 5, 'X' - '6', DeltaFormat.ALL_THE_SAME)
                .insert('a', 'b')
                .of(expected);

        assertArrayEquals(expected, decode(frame, 8));
    }

    @Test
    void decode_lastByteDiffers_needsNoEnd() throws Exception {
        byte[] expected = "013".getBytes(US_ASCII);

        assertArrayEquals(expected, decode(StoredFrame.first().copy(3, 0, 3, 1).of(expected), 3));
    }

    @Test
    void decode_laterFrame_goesOnWhereTheCopyBeforeWouldBe() throws Exception {
        DeltaDecoder decoder = new DeltaDecoder(new MemoryImage(OLD), 7, 4);
        ByteBuffer dst = ByteBuffer.allocate(7);

        decoder.decode(0, StoredFrame.first().copy(4, 2, 0).of("1234".getBytes(US_ASCII)), dst);
        decoder.decode(1, StoredFrame.later().copy(3, 0, 0).of("567".getBytes(US_ASCII)), dst);

        assertEquals("1234567", new String(dst.array(), US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "31, 0", "32, 32", "16383, 16352"})
    void restartBefore_anyFrame_isTheFirstOfItsGroup(long index, long expected) {
        assertEquals(expected, new DeltaDecoder(new MemoryImage(OLD), 7, 4).restartBefore(index));
    }

    @Test
    void decode_frameOutOfTurn_isTheCallersMistake() {
        DeltaDecoder decoder = new DeltaDecoder(new MemoryImage(OLD), 100, 4);

        assertThrows(
                IllegalStateException.class, () -> decoder.decode(2, ByteBuffer.allocate(9), ByteBuffer.allocate(4)));
    }

    @Test
    void decode_afterARefusal_goesOnAtAGroupOnly() throws Exception {
        DeltaDecoder decoder = new DeltaDecoder(new MemoryImage(OLD), 7, 4);
        ByteBuffer dst = ByteBuffer.allocate(4);
        assertThrows(BadFrameException.class, () -> decoder.decode(0, ByteBuffer.allocate(9), dst));

        assertThrows(IllegalStateException.class, () -> decoder.decode(1, ByteBuffer.allocate(9), dst));
        decoder.decode(0, StoredFrame.first().copy(4, 2, 0).of("1234".getBytes(US_ASCII)), dst);

        assertEquals("1234", new String(dst.array(), US_ASCII));
    }

    @Test
    void decode_changedOldByte_isNoticedAtTheFrame() {
        byte[] expected = "0123".getBytes(US_ASCII);
        ByteBuffer frame = StoredFrame.first().copy(4, 0, 0).of(expected);
        byte[] damaged = OLD.clone();
        damaged[3]++;
        ByteBuffer dst = ByteBuffer.allocate(4);

        BadFrameException refused = assertThrows(
                BadFrameException.class, () -> new DeltaDecoder(new MemoryImage(damaged), 4, 4).decode(0, frame, dst));

        assertEquals(Reason.CHECKSUM, refused.reason());
        assertTrue(refused.getMessage().contains("frame 0 decodes to CRC-32C"), refused.getMessage());
        assertEquals(0, dst.position(), "nothing was handed on");
    }

    @Test
    void decode_longerThanAnyMakers_refusesTooLong() {
        refuses(ByteBuffer.allocate(4 + 64 + 1), Reason.TOO_LONG, "69 bytes; at most 68");
    }

    @Test
    void decode_noRoomForAChecksum_refusesTruncated() {
        refuses(ByteBuffer.allocate(3), Reason.TRUNCATED, "3 bytes; at least 4");
    }

    @Test
    void decode_noLengths_refusesTruncated() {
        refuses(ByteBuffer.allocate(7), Reason.TRUNCATED, "within the lengths");
    }

    @Test
    void decode_lengthsBeyondTheFrame_refusesTruncated() {
        refuses(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 1, 2, 3, 4, 5}), Reason.TRUNCATED, "claim 10 bytes of 1");
    }

    @Test
    void decode_lengthOfManyBits_refusesNumber() {
        refuses(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, -1, -1, -1, -1, -1, 1}), Reason.NUMBER, "more than 28 bits");
    }

    @Test
    void decode_numberOfManyBits_refusesNumber() {
        int[] bits = new int[10];
        Arrays.fill(bits, 0xFF);
        refuses(StoredFrame.first().put(DeltaFormat.COPIES, bits), Reason.NUMBER, "more than 63 bits");
    }

    @Test
    void decode_streamEndsTooEarly_refusesTruncated() {
        refuses(StoredFrame.first().copy(2, 0, 0), Reason.TRUNCATED, "ends where more of it is needed");
    }

    @Test
    void decode_copyBeyondTheFrame_refusesOutsideFrame() {
        refuses(StoredFrame.first().copy(5, 0, 0), Reason.OUTSIDE_FRAME, "a copy of 5 bytes; the frame has room for 4");
    }

    @Test
    void decode_insertionBeyondTheFrame_refusesOutsideFrame() {
        refuses(
                StoredFrame.first().copy(1, 0, 0).insert(1, 2, 3, 4),
                Reason.OUTSIDE_FRAME,
                "an insertion of 4 bytes; the frame has room for 3");
    }

    @Test
    void decode_differenceBeyondTheCopy_refusesOutsideFrame() {
        refuses(
                StoredFrame.first().copy(3, 0, 4, 1).insert(1),
                Reason.OUTSIDE_FRAME,
                "3 bytes are the same, and one differs; the copy has 3 more");
    }

    @ParameterizedTest
    @CsvSource({"1, 4 bytes from -1; the old image has 10", "14, 4 bytes from 7; the old image has 10"})
    void decode_copyFromOutside_refusesOutsideOld(int zigzag, String expected) {
        refuses(StoredFrame.first().copy(4, zigzag, 0), Reason.OUTSIDE_OLD, expected);
    }

    @Test
    void decode_copyFromFurtherThanNumbersGo_refusesOutsideOld() {
        int[] most = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F};
        refuses(
                StoredFrame.first().put(DeltaFormat.COPIES, 4).put(DeltaFormat.SHIFTS, most),
                Reason.OUTSIDE_OLD,
                "4 bytes from " + Long.MIN_VALUE / 2);
    }

    @Test
    void decode_copyFromAnEmptyImage_refusesOutsideOld() {
        BadFrameException refused = assertThrows(
                BadFrameException.class,
                () -> new DeltaDecoder(new MemoryImage(new byte[0]), 4, 4)
                        .decode(0, StoredFrame.first().copy(4, 0, 0).of(new byte[4]), ByteBuffer.allocate(4)));

        assertEquals(Reason.OUTSIDE_OLD, refused.reason());
    }

    @Test
    void decode_instructionOfNothing_refusesNoProgress() {
        refuses(
                StoredFrame.first().put(DeltaFormat.COPIES, 0).put(DeltaFormat.INSERTIONS, 0),
                Reason.NO_PROGRESS,
                "at byte 0");
    }

    @Test
    void decode_bytesThatNothingAsksFor_refusesTrailing() {
        refuses(StoredFrame.first().copy(4, 0, 0, 0), Reason.TRAILING, "frame 0");
    }

    @ParameterizedTest
    @CsvSource({
        "'2,0,0,4', kind 0x02 has no dictionary",
        "'3,0,0,4', kind 0x03 isn't known",
        "'0', kind 0x00 isn't known",
        "'160,0,0,0,4,0,0,0,0,0', kind 0xa0 has no dictionary",
        "'1,0,0,132,128,0,0,0,4,0,0,0,0,0', kind 0x80 has no state",
        "'1,0,0,132,160,0,0,0,4,0,0,0,0,0', kind 0xa0 has no properties",
        "'224,0,0,0,4,225,0,0,0,0,0', properties 0xe1",
        "'224,0,0,0,4,5,0,0,0,0,0', properties 0x05",
        "'224,0,0,0,3,0,0,0,0,0', of 4 bytes doesn't begin",
        "'224,0,0,0,4,0,1,0,0,0,0', of 5 bytes doesn't begin"
    })
    void decode_wrongChunk_refusesChunk(String chunk, String expected) {
        refuses(copies(chunk), Reason.CHUNK, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'1,0', needs 3 bytes and has 2",
        "'1,0,4,1', needs 5 bytes and has 1",
        "'224,0,0,0,4', needs 6 bytes and has 5",
        "'224,0,0,0,4,0,0,0,0,0', needs 5 bytes and has 4"
    })
    void decode_chunkWithoutItsBytes_refusesTruncated(String chunk, String expected) {
        refuses(copies(chunk), Reason.TRUNCATED, expected);
    }

    @Test
    void decode_codedChunkOfTooFewBytes_refusesTruncated() {
        refuses(
                copies("224,15,255,0,4,0,0,0,0,0,0"),
                Reason.TRUNCATED,
                "a coded chunk ends where more of it is needed");
    }

    @Test
    void decode_repeatOfWhatNeverWas_refusesDistance() {
        refuses(
                copies("224,0,9,0,9,0,0,255,255,255,255,255,255,255,255,255"),
                Reason.DISTANCE,
                "of 0 bytes repeats from");
    }

    @Test
    void decode_codedChunkOfTooManyBytes_refusesTrailing() {
        refuses(copies("224,0,0,0,9,0,0,0,0,0,0,0,0,0,0,0"), Reason.TRAILING, "has 4 bytes too many");
    }

    /** Through every kind of match, over several chunks, and around the window. */
    @Test
    void decode_codedStream_givesWhatXzEncoded() throws Exception {
        int size = 1 << 20;
        Random random = new Random(1);
        DeltaDecoder decoder = new DeltaDecoder(new MemoryImage(OLD), 4L * size, size);
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        LZMA2Options options = new LZMA2Options(6);
        options.setDictSize(WINDOW);
        options.setLcLp(2, 1);
        FinishableOutputStream stream = options.getOutputStream(new FinishableWrapperOutputStream(encoded));
        byte[] history = new byte[4 * size];
        for (int frame = 0; frame < 4; frame++) {
            int begin = frame * size;
            for (int at = begin; at < begin + size; ) {
                int length = Math.min(begin + size - at, 1 + random.nextInt(random.nextInt(8) == 0 ? 4000 : 30));
                int from = at - 1 - random.nextInt(Math.min(at + 1, WINDOW));
                boolean fresh = from < 0 || random.nextInt(4) == 0;
                for (int i = 0; i < length; i++) {
                    history[at + i] = fresh ? (byte) random.nextInt() : history[from + i];
                }
                at += length;
            }
            byte[] expected = Arrays.copyOfRange(history, begin, begin + size);
            stream.write(expected);
            stream.flush();
            ByteArrayOutputStream[] parts = new ByteArrayOutputStream[DeltaFormat.STREAMS];
            Arrays.setAll(parts, i -> new ByteArrayOutputStream());
            int afresh = frame == 0 ? 1 : 2;
            parts[DeltaFormat.COPIES].writeBytes(new byte[] {(byte) afresh, 0, 0, 0});
            parts[DeltaFormat.INSERTIONS].writeBytes(new byte[] {(byte) afresh, 0, 2, (byte) 0x80, (byte) 0x80, 0x40});
            parts[DeltaFormat.BYTES] = encoded;
            ByteBuffer dst = ByteBuffer.allocate(size);

            decoder.decode(frame, StoredFrame.of(expected, parts), dst);

            assertArrayEquals(expected, dst.array());
            encoded.reset();
        }
    }

    private static ByteBuffer copies(String chunk) {
        ByteArrayOutputStream[] parts = new ByteArrayOutputStream[DeltaFormat.STREAMS];
        Arrays.setAll(parts, i -> new ByteArrayOutputStream());
        for (String b : chunk.split(",")) {
            parts[DeltaFormat.COPIES].write(Integer.parseInt(b));
        }
        // what a copy of four bytes needs
        parts[DeltaFormat.SHIFTS].writeBytes(new byte[] {1, 0, 0, 0});
        parts[DeltaFormat.DIFFERENCES].writeBytes(new byte[] {1, 0, 0, 0});
        return StoredFrame.of("0123".getBytes(US_ASCII), parts);
    }

    private static void refuses(StoredFrame frame, Reason reason, String expected) {
        refuses(frame.of(new byte[4]), reason, expected);
    }

    private static void refuses(ByteBuffer frame, Reason reason, String expected) {
        BadFrameException refused = assertThrows(BadFrameException.class, () -> decode(frame, 4));

        assertEquals(reason, refused.reason(), refused.getMessage());
        assertTrue(refused.getMessage().contains(expected), refused.getMessage());
    }

    private static byte[] decode(ByteBuffer frame, int size) throws BadFrameException, IOException {
        ByteBuffer dst = ByteBuffer.allocate(size);
        new DeltaDecoder(new MemoryImage(OLD), size, size).decode(0, frame, dst);
        return dst.array();
    }
}

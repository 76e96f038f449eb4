// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cbor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CborReaderTest {
    private static CborReader reader(String hex) {
        return new CborReader(HexFormat.of().parseHex(hex), 8);
    }

    private static void readAll(String hex) throws RejectedException {
        CborReader reader = reader(hex);
        reader.readItem();
        reader.end();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1817             | MALFORMED      | CBOR at byte 0 | 23 in 1 bytes
                    190017           | MALFORMED      | CBOR at byte 0 | 23 in 2 bytes
                    1a0000ffff       | MALFORMED      | CBOR at byte 0 | 65535 in 4 bytes
                    1b00000000ffffffff | MALFORMED    | CBOR at byte 0 | 4294967295 in 8 bytes
                    5801aa           | MALFORMED      | CBOR at byte 0 | 1 in 1 bytes
                    5f41aaff         | MALFORMED      | CBOR at byte 0 | an indefinite length
                    9f01ff           | MALFORMED      | CBOR at byte 0 | an indefinite length
                    bf0101ff         | MALFORMED      | CBOR at byte 0 | an indefinite length
                    1c               | MALFORMED      | CBOR at byte 0 | reserved head 28
                    f97e00           | MALFORMED      | CBOR at byte 0 | 0xf9
                    f7               | MALFORMED      | CBOR at byte 0 | 0xf7
                    f820             | MALFORMED      | CBOR at byte 0 | 0xf8
                    a2010001 00      | MALFORMED      | CBOR at byte 3 | key 01 twice
                    a202000100       | MALFORMED      | CBOR at byte 3 | key 01
                    a220001801 00    | MALFORMED      | CBOR at byte 3 | 1 in 1 bytes
                    a2616100616100   | MALFORMED      | CBOR at byte 4 | key 6161 twice
                    a2626161006161 00 | MALFORMED     | CBOR at byte 5 | key 6161
                    62c328           | MALFORMED      | CBOR at byte 1 | c328
                    61ff             | MALFORMED      | CBOR at byte 1 | ff
                    63eda080         | MALFORMED      | CBOR at byte 1 | eda080
                    0000             | MALFORMED      | CBOR at byte 1 | 1 bytes more
                    c1               | MALFORMED      | CBOR at byte 1 | 1 bytes needed
                    8201             | MALFORMED      | CBOR at byte 0 | ARRAY of 2
                    5bffffffffffffffff | MALFORMED    | CBOR at byte 0 | 18446744073709551615 bytes needed
                    7a7fffffff       | MALFORMED      | CBOR at byte 0 | 2147483647 bytes needed
                    9b7fffffffffffffff | MALFORMED    | CBOR at byte 0 | ARRAY of 9223372036854775807
                    9affffffff00     | MALFORMED      | CBOR at byte 0 | ARRAY of 4294967295
                    bb8000000000000000 | MALFORMED    | CBOR at byte 0 | MAP of 9223372036854775808
                    818181818181818181 00 | LIMIT_EXCEEDED | CBOR at byte 8 | nesting of more than 8
                    """)
    void readItem_notDeterministic_refusedWithOffset(String hex, RejectReason reason, String detail, String found) {
        Rejection rejection = assertThrows(RejectedException.class, () -> readAll(hex.replace(" ", "")))
                .rejection();

        assertEquals(reason, rejection.reason());
        assertEquals(detail, rejection.detail());
        assertEquals(found, rejection.found());
        assertTrue(!rejection.expected().isEmpty(), rejection.toString());
    }

    @Test
    void readUnsigned_largest_keepsAllBits() throws Exception {
        CborReader reader = reader("1bffffffffffffffff");

        assertEquals("18446744073709551615", Long.toUnsignedString(reader.readUnsigned()));
        reader.end();
    }

    @Test
    void readUnsigned_aboveLimit_exceeds() {
        RejectedException e = assertThrows(
                RejectedException.class, () -> reader("1bffffffffffffffff").readUnsigned(Long.MAX_VALUE));

        assertEquals(RejectReason.LIMIT_EXCEEDED, e.reason());
        assertEquals("18446744073709551615", e.rejection().found());
        assertEquals("at most 9223372036854775807", e.rejection().expected());
    }

    @Test
    void readInteger_extremes_exactOrRefused() throws Exception {
        assertEquals(Long.MIN_VALUE, reader("3b7fffffffffffffff").readInteger());
        assertEquals(Long.MAX_VALUE, reader("1b7fffffffffffffff").readInteger());
        assertEquals(-257, reader("390100").readInteger());
        RejectedException e = assertThrows(
                RejectedException.class, () -> reader("3b8000000000000000").readInteger());
        assertEquals(RejectReason.LIMIT_EXCEEDED, e.reason());
        assertEquals("-1-9223372036854775808", e.rejection().found());
    }

    @Test
    void readBytes_withinArray_isASliceInPlace() throws Exception {
        CborReader reader = reader("8243aabbcc01");

        assertEquals(2, reader.readArray());
        Slice slice = reader.readBytes(3);

        assertEquals(2, slice.offset());
        assertArrayEquals(new byte[] {(byte) 0xaa, (byte) 0xbb, (byte) 0xcc}, slice.toByteArray());
        assertEquals("aabbcc", slice.toString());
        assertEquals(1, reader.readInteger());
        reader.end();
    }

    @Test
    void readBytes_longerThanLimit_exceeds() {
        RejectedException e =
                assertThrows(RejectedException.class, () -> reader("43aabbcc").readBytes(2));

        assertEquals(RejectReason.LIMIT_EXCEEDED, e.reason());
        assertEquals("3 bytes", e.rejection().found());
        assertEquals("at most 2", e.rejection().expected());
    }

    @Test
    void reader_ofSlice_countsOffsetsFromTheArray() throws Exception {
        CborReader inner = reader("42f6f7").readBytes().reader(1);
        inner.readNull();

        RejectedException e = assertThrows(RejectedException.class, inner::readNull);

        assertEquals("CBOR at byte 2", e.rejection().detail());
    }

    @Test
    void readItem_taggedKeysAndEmptyContainers_staysInStep() throws Exception {
        CborReader reader = reader("83a2d86b80a0d86c80a080a0");

        assertEquals(3, reader.readArray());
        assertEquals(9, reader.readItem().length());
        assertEquals(0, reader.readArray());
        assertEquals(0, reader.readMap());
        reader.end();
    }

    @Test
    void readTag_ofAnotherType_saysBoth() {
        RejectedException e =
                assertThrows(RejectedException.class, () -> reader("a0").readTag());

        assertEquals("MALFORMED: CBOR at byte 0 (found MAP, expected TAG)", e.getMessage());
    }
}

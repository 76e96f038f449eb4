// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.suit.Digest;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckpointTest {
    private static final Digest MANIFEST = Digest.sha256(new byte[32]);
    private static final Digest PREFIX = new Digest(-43, new byte[48]);

    @Test
    void decode_encoded_isTheSame() throws Exception {
        Checkpoint checkpoint = new Checkpoint(MANIFEST, 1L << 40, PREFIX, 1L << 41, Optional.of("\"ü\""));

        assertEquals(checkpoint, Checkpoint.decode(checkpoint.encode()));
    }

    @Test
    void decode_encodedInALaterImage_isTheSame() throws Exception {
        Checkpoint checkpoint = new Checkpoint(MANIFEST, 4096, PREFIX, 8192, Optional.of("\"v1\"")).in(15);

        assertEquals(15, Checkpoint.decode(checkpoint.encode()).part());
        assertEquals(checkpoint, Checkpoint.decode(checkpoint.encode()));
    }

    @Test
    void decode_ofAnAgentThatKnowsOneImage_isInTheFirst() throws Exception {
        byte[] record = new Checkpoint(MANIFEST, 4096, PREFIX, 8192, Optional.empty()).encode();
        int body = 8 + 2; // erasedTo, and no validator

        assertEquals(4 + ((record[2] & 0xff) << 8 | record[3] & 0xff) + body, record.length);
        assertEquals(0, Checkpoint.decode(record).part());
    }

    @Test
    void encode_longestValidator_fits() throws Exception {
        Checkpoint checkpoint = new Checkpoint(MANIFEST, 4096, PREFIX, 8192, Optional.of("\uffff".repeat(256))).in(255);

        byte[] record = checkpoint.encode();

        assertTrue(record.length <= Checkpoint.MAX_BYTES, record.length + " bytes");
        assertEquals(checkpoint, Checkpoint.decode(record));
    }

    @Test
    void decode_cutAnywhereOrLonger_isUnreadable() throws Exception {
        byte[] record = new Checkpoint(MANIFEST, 4096, PREFIX, 8192, Optional.of("\"v1\"")).encode();

        for (int length = 0; length < record.length; length++) {
            byte[] cut = Arrays.copyOf(record, length);
            assertThrows(UnreadableRecordException.class, () -> Checkpoint.decode(cut), length + " bytes");
        }
        byte[] longer = Arrays.copyOf(record, record.length + 1);
        assertThrows(UnreadableRecordException.class, () -> Checkpoint.decode(longer));
        byte[] tooLong = Arrays.copyOf(record, Checkpoint.MAX_BYTES + 1);
        assertThrows(UnreadableRecordException.class, () -> Checkpoint.decode(tooLong));
    }

    @Test
    void decode_bodyOfANewerAgent_headerIsEnough() throws Exception {
        byte[] record = new Checkpoint(MANIFEST, 4096, PREFIX, 8192, Optional.empty()).encode();
        byte[] newer = Arrays.copyOf(record, record.length + 20);
        newer[1] = 2;

        Checkpoint decoded = Checkpoint.decode(newer);

        assertEquals(new Checkpoint(MANIFEST, 4096, PREFIX, Long.MAX_VALUE, Optional.empty()), decoded);
    }

    @Test
    void decode_negativeOffset_isUnreadable() throws Exception {
        byte[] record = new Checkpoint(MANIFEST, 4096, PREFIX, 8192, Optional.empty()).encode();
        record[4 + 35] = (byte) 0x80;

        assertThrows(UnreadableRecordException.class, () -> Checkpoint.decode(record));
    }

    @Test
    void new_partThatNoByteHolds_throws() {
        Checkpoint checkpoint = new Checkpoint(MANIFEST, 1, PREFIX, 1, Optional.empty());

        assertThrows(IllegalArgumentException.class, () -> checkpoint.in(256));
        assertThrows(IllegalArgumentException.class, () -> checkpoint.in(-1));
    }

    @Test
    void new_boundBeforeOffset_throws() {
        assertThrows(IllegalArgumentException.class, () -> new Checkpoint(MANIFEST, 2, PREFIX, 1, Optional.empty()));
    }
}

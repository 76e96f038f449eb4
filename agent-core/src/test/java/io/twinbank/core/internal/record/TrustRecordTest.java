// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrustRecordTest {
    private static final byte[] RECORD = new TrustRecord(List.of(new byte[] {1, 2, 3}, new byte[] {4})).encode();

    /** Where the length of the first manifest is: after kind, schema, the header's length and the number of manifests. */
    private static final int LENGTH_AT = 6;

    @Test
    void decode_whatEncodeWrote_isTheSame() throws UnreadableRecordException {
        List<byte[]> manifests = TrustRecord.decode(RECORD).manifests();

        assertEquals(2, manifests.size());
        assertArrayEquals(new byte[] {1, 2, 3}, manifests.get(0));
        assertArrayEquals(new byte[] {4}, manifests.get(1));
    }

    @Test
    void decode_lengthBeyondTheRecord_isUnreadable() {
        byte[] hostile = RECORD.clone();
        hostile[LENGTH_AT] = 0x7f;

        UnreadableRecordException wrong =
                assertThrows(UnreadableRecordException.class, () -> TrustRecord.decode(hostile));

        assertTrue(String.valueOf(wrong.getMessage()).contains("2130706435 bytes, 8 are left"), wrong::toString);
    }

    @Test
    void decode_anotherSchema_isUnreadable() {
        byte[] newer = RECORD.clone();
        newer[1] = 2;

        assertThrows(UnreadableRecordException.class, () -> TrustRecord.decode(newer));
    }
}

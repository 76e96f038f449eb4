// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.internal.health.Samples;
import io.twinbank.core.internal.record.HealthRecord.Image;
import io.twinbank.core.internal.record.HealthRecord.Measured;
import io.twinbank.core.spi.HealthGauges;
import io.twinbank.core.spi.HealthGauges.Kind;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.BankId;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HealthRecordTest {
    private static final Image IMAGE = new Image(BankId.A, Optional.of(new Digest(-44, new byte[64])));

    private static HealthRecord largest() {
        Map<String, Samples> gauges = new TreeMap<>();
        for (int i = 0; i < HealthGauges.MAX_GAUGES; i++) {
            double[] numbers = new double[Samples.KEPT];
            Arrays.fill(numbers, -1e300);
            gauges.put("gauge-with-a-name-" + (10 + i), new Samples(Kind.LEVEL, 8, numbers));
        }
        Measured most = new Measured(IMAGE, Integer.MAX_VALUE, gauges);
        return new HealthRecord(most, Optional.of(most));
    }

    @Test
    void encode_theLargest_isAtMost2KiB() {
        assertTrue(largest().encode().length <= 2048, largest().encode().length + " bytes");
    }

    @Test
    void decode_whatWasEncoded_isTheSameToThreeDigits() throws UnreadableRecordException {
        Samples counter = new Samples(Kind.COUNTER, 4, new double[] {0, 1, 123456});
        HealthRecord record = new HealthRecord(
                new Measured(new Image(BankId.B, Optional.empty()), 7, Map.of("restarts", counter)), Optional.empty());

        HealthRecord again = HealthRecord.decode(record.encode());

        Samples samples = again.now().gauges().get("restarts");
        assertEquals(new Image(BankId.B, Optional.empty()), again.now().image());
        assertEquals(7, again.now().taken());
        assertEquals(4, samples.stride());
        assertArrayEquals(new double[] {0, 1, 123456}, samples.numbers(), 123456 * 0.004);
        assertEquals(Optional.empty(), again.before());
    }

    @Test
    void decode_everyPrefixAndUnknownSchema_isUnreadable() {
        byte[] whole = largest().encode();

        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(UnreadableRecordException.class, () -> HealthRecord.decode(cut));
        }
        whole[1] = 2;
        assertThrows(UnreadableRecordException.class, () -> HealthRecord.decode(whole));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.health;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.spi.HealthGauges.Kind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void add_level_keepsThemEvenlySpreadOverTheRecentHours() {
        Samples samples = new Samples(Kind.LEVEL);

        for (int minute = 0; minute < 5000; minute++) {
            samples.add(minute);
        }

        double[] numbers = samples.numbers();
        assertEquals(Samples.MAX_STRIDE, samples.stride());
        assertTrue(numbers.length < Samples.KEPT);
        assertTrue(numbers[0] <= 5000 - 5 * 60, "the oldest is of minute " + numbers[0]);
        for (int i = 1; i < numbers.length; i++) {
            assertEquals(Samples.MAX_STRIDE, numbers[i] - numbers[i - 1]);
        }
    }

    @Test
    void add_counter_losesNothingWhenTheStrideGrows() {
        Samples samples = new Samples(Kind.COUNTER);

        for (int minute = 0; minute < 312; minute++) {
            samples.add(1);
        }

        assertEquals(312, Arrays.stream(samples.numbers()).sum());
        assertEquals(1, samples.mean());
        assertEquals(0, samples.variance());
    }

    @Test
    void statistics_outliers_moveNothing() {
        Samples samples = new Samples(Kind.LEVEL);
        for (int i = 0; i < 30; i++) {
            samples.add(i == 7 ? 1e9 : 10 + i % 5);
        }

        assertEquals(12, samples.median());
        assertEquals(1, samples.medianDeviation());
        assertEquals(14, samples.usual(true));
        assertEquals(10, samples.usual(false));
    }

    @Test
    void constructor_ofWhatWasKept_goesOn() {
        Samples samples = new Samples(Kind.LEVEL);
        for (int i = 0; i < 45; i++) {
            samples.add(i);
        }

        Samples again = new Samples(Kind.LEVEL, samples.stride(), samples.numbers());

        assertArrayEquals(samples.numbers(), again.numbers());
        assertThrows(IllegalArgumentException.class, () -> new Samples(Kind.LEVEL, 3, new double[0]));
        assertThrows(IllegalArgumentException.class, () -> new Samples(Kind.LEVEL, 1, new double[41]));
    }
}

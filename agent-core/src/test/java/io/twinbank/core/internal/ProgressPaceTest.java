// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressPaceTest {
    private static final Duration BOOT = Duration.ofHours(1);

    private final ProgressPace pace = new ProgressPace();

    @Test
    void fastDownload_isToldEveryThirtySeconds() {
        pace.begun(BOOT);
        int told = 0;
        for (int second = 0; second <= 100; second++) {
            told += pace.isDue(second, 100, BOOT.plusSeconds(second)) ? 1 : 0;
        }

        assertEquals(3, told);
    }

    @Test
    void slowDownload_isToldEveryTenPercent() {
        pace.begun(BOOT);
        int told = 0;
        for (int percent = 0; percent <= 100; percent++) {
            told += pace.isDue(percent, 100, BOOT.plusHours(percent)) ? 1 : 0;
        }

        assertEquals(10, told);
    }

    @Test
    void downloadThatBeginsAnew_isToldFromThere() {
        pace.begun(BOOT);
        assertTrue(pace.isDue(90, 100, BOOT.plusSeconds(30)));

        assertFalse(pace.isDue(0, 100, BOOT.plusSeconds(60)));
        assertTrue(pace.isDue(10, 100, BOOT.plusSeconds(61)));
    }

    @Test
    void hugeDownload_doesNotOverflow() {
        pace.begun(BOOT);

        assertTrue(pace.isDue(Long.MAX_VALUE / 2, Long.MAX_VALUE, BOOT.plusSeconds(30)));
        assertFalse(pace.isDue(0, 0, BOOT.plusSeconds(90)));
    }
}

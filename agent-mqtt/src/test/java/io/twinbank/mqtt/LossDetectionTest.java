// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossDetectionTest {
    private static final long MILLI = Duration.ofMillis(1).toNanos();
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final LossDetection losses = new LossDetection(LONGEST, 16);
    private long now = 1_000_000 * MILLI;

    private void asked(int request, long first, int count) {
        for (long index = first; index < first + count; index++) {
            losses.asked(index, request, now);
        }
    }

    private void came(int request, long... indexes) {
        for (long index : indexes) {
            losses.came(index, request, now);
        }
    }

    private List<Long> lostAfter(Duration pause) {
        now += pause.toNanos();
        return losses.lost(now);
    }

    private List<Long> lost() {
        return lostAfter(Duration.ZERO);
    }

    @Test
    void lost_threeAskedForLaterCame_isWhatTheyOvertook() {
        asked(1, 0, 8);

        came(1, 2, 3);
        assertEquals(List.of(), lost());
        came(1, 4);

        assertEquals(List.of(0L, 1L), lost());
        assertEquals(List.of(), lost(), "said once");
    }

    @Test
    void lost_oneThatWasTakenForLostCame_waitsForFurtherOnes() {
        asked(1, 0, 16);
        came(1, 7, 8, 9);
        assertEquals(7, lost().size());
        asked(2, 0, 7);

        came(1, 0);
        came(2, 1, 2, 3);
        assertEquals(List.of(), lost(), "0 came after 9, so 10 may come after what was asked for 9 later");
        came(2, 4);

        assertEquals(List.of(10L), lost());
    }

    @Test
    void lost_disorderThatWasSeen_isNoLossTheNextTime() {
        asked(1, 0, 16);
        came(1, 14, 15, 0);

        came(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);

        assertEquals(List.of(), lost(), "1 was overtaken by 15, and so was 0");
    }

    @Test
    void lost_secondCopies_overtakeNothing() {
        asked(1, 0, 8);
        came(1, 2);

        losses.cameAgain(2, 1, now);
        losses.cameAgain(2, 1, now);

        assertEquals(List.of(), lost());
    }

    @Test
    void lost_nothingMeasuredYet_waitsForTheLongest() {
        asked(1, 0, 2);

        assertEquals(LONGEST.toNanos(), losses.untilTimeOut(now));
        assertEquals(List.of(), lostAfter(LONGEST.minusNanos(1)));
        assertEquals(List.of(0L, 1L), lostAfter(Duration.ofNanos(1)));
        assertEquals(LONGEST, losses.silence());
    }

    @Test
    void lost_roundTripMeasured_isTheTimeOut() {
        asked(1, 0, 3);
        now += 400 * MILLI;
        came(1, 1);

        assertEquals(400 * MILLI + 4 * 200 * MILLI, losses.untilTimeOut(now));
        assertEquals(List.of(), lostAfter(Duration.ofMillis(1199)));
        assertEquals(List.of(0L, 2L), lostAfter(Duration.ofMillis(1)));
    }

    @Test
    void lost_quickNetwork_waitsFor200Milliseconds() {
        asked(1, 0, 2);
        now += MILLI;
        came(1, 1);

        assertEquals(200 * MILLI, losses.untilTimeOut(now));
    }

    @Test
    void lost_moreComesMeanwhile_theTimeOutBeginsAnew() {
        asked(1, 0, 3);
        now += 100 * MILLI;
        came(1, 1);
        now += 250 * MILLI;
        came(1, 2);

        assertEquals(List.of(), lostAfter(Duration.ofMillis(250)));
    }

    @Test
    void lost_timeOutAfterTimeOut_doublesAndTellsOneEach() {
        asked(1, 0, 4);
        now += 100 * MILLI;
        came(1, 0);
        assertEquals(List.of(1L, 2L, 3L), lostAfter(Duration.ofMillis(300)));
        asked(2, 1, 3);

        assertEquals(List.of(), lostAfter(Duration.ofMillis(599)));
        assertEquals(List.of(1L), lostAfter(Duration.ofMillis(1)));
        asked(3, 1, 1);
        assertEquals(List.of(2L), lostAfter(Duration.ofMillis(1200)));
        assertEquals(Duration.ofMillis(300 + 600 + 1200), losses.silence());

        came(3, 1);
        assertEquals(Duration.ZERO, losses.silence());
    }

    @Test
    void lost_manyTimeOuts_neverWaitsLongerThanTheLongest() {
        asked(1, 0, 2);
        now += 400 * MILLI;
        came(1, 0);

        for (int i = 0; i < 100; i++) {
            lostAfter(LONGEST);
            asked(2 + i, 1, 1);
        }

        assertEquals(LONGEST.toNanos(), losses.untilTimeOut(now));
    }
}

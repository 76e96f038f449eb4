// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeeklyWindowTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mon-Fri 22:00-04:00 | Mon-Fri 22:00-04:00",
                "sat,SUN 00:00-24:00 | Sat,Sun 00:00-24:00",
                "Mon,Tue,Wed 01:30-02:00 | Mon-Wed 01:30-02:00",
                "Fri-Mon 24:00-06:00 | Mon,Fri-Sun 00:00-06:00",
                "Sun 23:00-00:00 | Sun 23:00-24:00",
            })
    void parse_aWindow_isPrintedTheOneWay(String text, String printed) {
        WeeklyWindow window = WeeklyWindow.parse(text);

        assertEquals(printed, window.toString());
        assertEquals(window, WeeklyWindow.parse(printed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "22:00-04:00",
                "Mon 22:00",
                "Mon 25:00-04:00",
                "Mon 22:60-04:00",
                "Mon  22:00-04:00",
                "Mon- 22:00-04:00",
                "Mon 22:00-04:00 ",
                "Mon,Tue,Wed,Thu,Fri,Sat,Sun,Mon 22:00-04:00",
                "Mon 2:00-04:00",
                "Mon 00:00-24:01"
            })
    void parse_whatIsNone_saysWhatWasFoundAndHowToWriteIt(String text) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> WeeklyWindow.parse(text));

        assertTrue(refused.getMessage().startsWith("no window: '" + text + "'"), refused.getMessage());
    }

    @Test
    void parse_aLongText_isRefusedWithoutRepeatingAllOfIt() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> WeeklyWindow.parse("Mon,".repeat(100_000)));

        assertTrue(refused.getMessage().length() < 200, refused.getMessage());
    }

    @Test
    void new_noDays_isRefused() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> new WeeklyWindow(Set.of(), LocalTime.of(1, 0), LocalTime.of(2, 0)));

        assertEquals("days: none; a window takes at least one", refused.getMessage());
    }

    @Test
    void new_seconds_areRefused() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> new WeeklyWindow(Set.of(DayOfWeek.MONDAY), LocalTime.of(1, 0, 1), LocalTime.of(2, 0)));

        assertEquals("from: 01:00:01, not a whole minute", refused.getMessage());
    }

    @Test
    void isOpen_pastMidnight_belongsToTheDayBefore() {
        WeeklyWindow window = WeeklyWindow.parse("Fri 22:00-04:00");

        assertFalse(window.isOpen(LocalDateTime.parse("2026-12-04T21:59:59")));
        assertTrue(window.isOpen(LocalDateTime.parse("2026-12-04T22:00:00")));
        assertTrue(window.isOpen(LocalDateTime.parse("2026-12-05T03:59:59")));
        assertFalse(window.isOpen(LocalDateTime.parse("2026-12-05T04:00:00")));
        assertFalse(window.isOpen(LocalDateTime.parse("2026-12-04T03:00:00")), "Thursday's night isn't Friday's");
        assertFalse(window.isOpen(LocalDateTime.parse("2026-12-05T22:00:00")));
    }

    @Test
    void isOpen_aWholeDay_isOpenToItsLastSecond() {
        WeeklyWindow window = WeeklyWindow.parse("Sun 00:00-24:00");

        assertFalse(window.isOpen(LocalDateTime.parse("2026-12-05T23:59:59")));
        assertTrue(window.isOpen(LocalDateTime.parse("2026-12-06T00:00:00")));
        assertTrue(window.isOpen(LocalDateTime.parse("2026-12-06T23:59:59")));
        assertFalse(window.isOpen(LocalDateTime.parse("2026-12-07T00:00:00")));
    }
}

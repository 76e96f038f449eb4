// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Windows where local time isn't what it was yesterday. */
class OpenHoursTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static OpenHours hours(ZoneId zone, String... windows) {
        return new OpenHours(Stream.of(windows).map(WeeklyWindow::parse).toList(), zone);
    }

    private static Instant local(ZoneId zone, String time) {
        return LocalDateTime.parse(time).atZone(zone).toInstant();
    }

    @Test
    void nextOpen_beginThatTheClockSkips_isWhenTheClocksHaveChanged() {
        OpenHours hours = hours(BERLIN, "Sun 02:30-04:30");

        // 02:00 to 03:00 isn't on 29 March 2026
        assertEquals(
                Optional.of(local(BERLIN, "2026-03-29T03:00:00")),
                hours.nextOpen(local(BERLIN, "2026-03-28T12:00:00")));
        assertTrue(hours.isOpen(local(BERLIN, "2026-03-29T04:29:59")));
        assertFalse(hours.isOpen(local(BERLIN, "2026-03-29T04:30:00")), "the end falls by the clock on the wall");
    }

    @Test
    void nextOpen_windowThatTheClockSkipsWhole_isAWeekLater() {
        OpenHours hours = hours(BERLIN, "Sun 02:00-03:00");

        assertEquals(
                Optional.of(local(BERLIN, "2026-04-05T02:00:00")),
                hours.nextOpen(local(BERLIN, "2026-03-28T12:00:00")));
    }

    @Test
    void isOpen_hourThatComesTwice_isOpenTwice() {
        OpenHours hours = hours(BERLIN, "Sun 01:00-02:30");
        Instant first = Instant.parse("2026-10-25T00:15:00Z"); // 02:15, summer time
        Instant between = Instant.parse("2026-10-25T00:45:00Z"); // 02:45, summer time
        Instant second = Instant.parse("2026-10-25T01:15:00Z"); // 02:15 again
        Instant after = Instant.parse("2026-10-25T01:30:00Z"); // 02:30 again

        assertTrue(hours.isOpen(first));
        assertFalse(hours.isOpen(between));
        assertTrue(hours.isOpen(second));
        assertFalse(hours.isOpen(after));
        assertEquals(Optional.of(Instant.parse("2026-10-25T01:00:00Z")), hours.nextOpen(between));
    }

    @Test
    void nextOpen_dayThatTheDateLineSkips_isAWeekLater() {
        ZoneId apia = ZoneId.of("Pacific/Apia");
        OpenHours hours = hours(apia, "Fri 08:00-09:00");

        // Friday 30 December 2011 wasn't
        assertEquals(
                Optional.of(local(apia, "2012-01-06T08:00:00")), hours.nextOpen(local(apia, "2011-12-29T23:00:00")));
    }

    @Test
    void nextOpen_halfHourOfDaylightSaving_isKept() {
        ZoneId lordHowe = ZoneId.of("Australia/Lord_Howe");
        OpenHours hours = hours(lordHowe, "Sun 02:15-03:00");

        // 02:00 to 02:30 isn't on 4 October 2026
        assertEquals(
                Optional.of(local(lordHowe, "2026-10-04T02:30:00")),
                hours.nextOpen(local(lordHowe, "2026-10-03T12:00:00")));
    }

    @Test
    void nextOpen_overlappingWindows_isTheFirst() {
        OpenHours hours = hours(BERLIN, "Tue 22:00-04:00", "Mon-Fri 23:00-01:00", "Wed 00:00-24:00");

        assertEquals(
                Optional.of(local(BERLIN, "2026-12-01T22:00:00")),
                hours.nextOpen(local(BERLIN, "2026-12-01T12:00:00")));
        assertTrue(hours.isOpen(local(BERLIN, "2026-12-02T12:00:00")));
        assertEquals(
                "Mon-Fri 23:00-01:00",
                hours.window(local(BERLIN, "2026-12-04T00:30:00")).orElseThrow().toString());
    }

    @Test
    void nextOpen_leapDay_isADay() {
        OpenHours hours = hours(BERLIN, "Tue 01:00-02:00");

        assertEquals(
                Optional.of(local(BERLIN, "2028-02-29T01:00:00")),
                hours.nextOpen(local(BERLIN, "2028-02-28T12:00:00")));
    }

    @Test
    void isOpen_noWindows_isAlways() {
        assertTrue(new OpenHours(List.of(), BERLIN).isOpen(Instant.EPOCH));
    }
}

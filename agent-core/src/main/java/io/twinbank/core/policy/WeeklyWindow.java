// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time of the week, on the clock on the wall: it is open while that shows a time in it. Where clocks are put forward, what
 * they skip isn't open, and a window whose begin they skip opens when they have been; where they are put back, what comes twice
 * is open twice.
 *
 * @param days on which it opens, at least one
 * @param from when it opens, to the minute
 * @param to when it shuts, to the minute, and not a moment later; on the next day if it isn't after {@code from}, so that two
 *     equal times make a whole day
 */
public record WeeklyWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    private static final String DAY = "(?:mon|tue|wed|thu|fri|sat|sun)";
    private static final String DAYS = DAY + "(?:-" + DAY + ")?";
    private static final String TIME = "([01][0-9]|2[0-4]):([0-5][0-9])";
    private static final Pattern FORM =
            Pattern.compile("(" + DAYS + "(?:," + DAYS + "){0,6}) " + TIME + "-" + TIME, Pattern.CASE_INSENSITIVE);
    private static final DateTimeFormatter HOUR_AND_MINUTE = DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);
    private static final int MAX_LENGTH = 80;

    /** Copies the days. */
    public WeeklyWindow {
        if (days.isEmpty()) {
            throw new IllegalArgumentException("days: none; a window takes at least one");
        }
        days = Set.copyOf(days);
        requireMinutes("from", from);
        requireMinutes("to", to);
    }

    private static void requireMinutes(String what, LocalTime time) {
        if (!time.equals(time.truncatedTo(ChronoUnit.MINUTES))) {
            throw new IllegalArgumentException(what + ": " + time + ", not a whole minute");
        }
    }

    /**
     * Reads a window as {@link #toString} writes it: {@code Mon-Fri 22:00-04:00}, {@code Sat,Sun 00:00-24:00}.
     *
     * @param text the window; capital or small letters
     * @return the window
     * @throws IllegalArgumentException if it isn't one; the message says what was found and what was expected
     */
    public static WeeklyWindow parse(String text) {
        Matcher form = FORM.matcher(text.length() > MAX_LENGTH ? "" : text);
        if (!form.matches()) {
            throw new IllegalArgumentException("no window: '" + text.substring(0, Math.min(text.length(), MAX_LENGTH))
                    + "'; write it as 'Mon-Fri 22:00-04:00' or 'Sat,Sun 00:00-24:00'");
        }
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : form.group(1).split(",", -1)) {
            DayOfWeek day = day(part.substring(0, 3));
            DayOfWeek last = day(part.substring(part.length() - 3));
            days.add(day);
            while (day != last) {
                day = day.plus(1);
                days.add(day);
            }
        }
        return new WeeklyWindow(
                days, time(text, form.group(2), form.group(3)), time(text, form.group(4), form.group(5)));
    }

    private static DayOfWeek day(String name) {
        for (DayOfWeek day : DayOfWeek.values()) {
            if (shortName(day).equalsIgnoreCase(name)) {
                return day;
            }
        }
        throw new IllegalArgumentException("no day: '" + name + "'");
    }

    private static LocalTime time(String text, String hour, String minute) {
        if (hour.equals("24")) {
            if (!minute.equals("00")) {
                throw new IllegalArgumentException(
                        "no window: '" + text + "' has the time 24:" + minute + "; the day ends at 24:00");
            }
            return LocalTime.MIDNIGHT;
        }
        return LocalTime.of(Integer.parseInt(hour), Integer.parseInt(minute));
    }

    private static String shortName(DayOfWeek day) {
        String name = day.name();
        return name.charAt(0) + name.substring(1, 3).toLowerCase(Locale.ROOT);
    }

    /** Whether it is open when the clock on the wall shows a time. */
    boolean isOpen(LocalDateTime local) {
        LocalTime time = local.toLocalTime();
        DayOfWeek day = local.getDayOfWeek();
        boolean passesMidnight = !to.isAfter(from);
        if (!passesMidnight) {
            return days.contains(day) && !time.isBefore(from) && time.isBefore(to);
        }
        return (days.contains(day) && !time.isBefore(from)) || (days.contains(day.minus(1)) && time.isBefore(to));
    }

    /** Returns such as {@code Mon-Fri 22:00-04:00}; the end of a day is 24:00. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        DayOfWeek[] week = DayOfWeek.values();
        for (int i = 0; i < week.length; i++) {
            if (!days.contains(week[i])) {
                continue;
            }
            int last = i;
            while (last + 1 < week.length && days.contains(week[last + 1])) {
                last++;
            }
            String first = shortName(week[i]);
            if (last - i < 2) {
                parts.add(first);
            } else {
                parts.add(first + "-" + shortName(week[last]));
                i = last;
            }
        }
        return String.join(",", parts) + " " + HOUR_AND_MINUTE.format(from) + "-"
                + (to.equals(LocalTime.MIDNIGHT) ? "24:00" : HOUR_AND_MINUTE.format(to));
    }
}

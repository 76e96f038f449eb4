// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;

/** When windows are open in a zone. Open is what the clock on the wall says, so that daylight saving takes no rule of its own. */
record OpenHours(List<WeeklyWindow> windows, ZoneId zone) {
    /** A week, one whose day was skipped at the date line, and one to spare. */
    private static final int HORIZON_DAYS = 22;

    boolean isOpen(Instant at) {
        return windows.isEmpty() || window(at).isPresent();
    }

    /** The first window that is open at a time. */
    Optional<WeeklyWindow> window(Instant at) {
        LocalDateTime local = LocalDateTime.ofInstant(at, zone);
        return windows.stream().filter(window -> window.isOpen(local)).findFirst();
    }

    /** The first time that is open, from one on; empty if there is none for weeks, as each day's was skipped. */
    Optional<Instant> nextOpen(Instant from) {
        if (isOpen(from)) {
            return Optional.of(from);
        }
        Optional<Instant> begin = nextBegin(from);
        ZoneOffsetTransition change = zone.getRules().nextTransition(from);
        Instant end = begin.orElse(from.plusSeconds(HORIZON_DAYS * 86_400L));
        while (change != null && change.getInstant().isBefore(end)) {
            if (isOpen(change.getInstant())) {
                return Optional.of(change.getInstant());
            }
            change = zone.getRules().nextTransition(change.getInstant());
        }
        return begin;
    }

    /** The first time that is open and the begin of a window. */
    private Optional<Instant> nextBegin(Instant from) {
        LocalDate today = LocalDate.ofInstant(from, zone);
        Optional<Instant> begin = Optional.empty();
        // yesterday, as clocks that are put back past midnight show it again; and the day after the one that has it
        for (int day = -1; day < HORIZON_DAYS; day++) {
            Optional<Instant> before = begin;
            begin = earlier(begin, firstBeginOn(today.plusDays(day), from));
            if (before.isPresent()) {
                return begin;
            }
        }
        return begin;
    }

    private Optional<Instant> firstBeginOn(LocalDate date, Instant after) {
        Optional<Instant> first = Optional.empty();
        for (WeeklyWindow window : windows) {
            LocalDateTime local = date.atTime(window.from());
            if (!window.days().contains(date.getDayOfWeek())) {
                continue;
            }
            for (ZoneOffset offset : zone.getRules().getValidOffsets(local)) {
                Instant begin = local.toInstant(offset);
                if (begin.isAfter(after)) {
                    first = earlier(first, Optional.of(begin));
                }
            }
        }
        return first;
    }

    private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        return one.get().isBefore(other.get()) ? one : other;
    }
}

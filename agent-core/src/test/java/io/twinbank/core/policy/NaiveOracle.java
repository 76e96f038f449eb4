// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import io.twinbank.core.suit.Digest;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must hold an update and what may, told from the true time minute by minute, without any code of the policy's. Where the
 * device can't know how much time passed, it has a least and a most of it.
 */
final class NaiveOracle {
    private static final long DAY = 86_400;
    private static final int MINUTES_OF_WEEK = 7 * 24 * 60;
    /** A reservation whose end wasn't told is taken along into the next month. */
    static final int MOST_AT_ONCE = 50;

    private static final long LONGEST_MONTH = 32 * DAY;

    private final SitePolicy policy;
    private final boolean clocksAreRight;

    // since when, on two clocks: one that may be behind the device's count and one that may be ahead of it
    private long least;
    private long most;
    private long leastWaited;
    private long mostWaited;
    private boolean waiting;
    private @Nullable Digest manifest;
    private boolean consented;
    private int deferrals;
    private long askedLeast;
    private long askedMost;

    private final Map<Long, Long> fetchedByMonth = new HashMap<>();
    private final Deque<long[]> reserved = new ArrayDeque<>();
    private long fetched;
    private long months = 1;
    private long lastMonth = -1;

    private final double[] load = new double[168];
    private final boolean[] seen = new boolean[168];
    private int observations;

    NaiveOracle(SitePolicy policy, boolean clocksAreRight) {
        this.policy = policy;
        this.clocksAreRight = clocksAreRight;
    }

    // what happens

    void ran(long seconds, boolean admitted) {
        least += seconds;
        most += seconds;
        if (waiting && admitted) {
            leastWaited += seconds;
            mostWaited += seconds;
        }
        if (!admitted) {
            askedLeast += seconds;
        }
    }

    /** What was counted and not stored may be lost, and of the time that it was off up to a day may be counted. */
    void rebooted(long off, long lost) {
        long counted = clocksAreRight ? Math.min(off, DAY) : DAY;
        least -= lost;
        most += counted;
        if (waiting) {
            leastWaited -= lost;
            mostWaited += counted;
        }
    }

    void waits(Digest update) {
        boolean another = !update.equals(manifest);
        manifest = update;
        if (!waiting) {
            waiting = true;
            leastWaited = 0;
            mostWaited = 0;
            deferrals = 0;
            askedLeast = least;
            askedMost = most;
            consented = false;
        } else if (another) {
            consented = false;
        }
    }

    void settled() {
        waiting = false;
    }

    void consents() {
        consented = waiting;
    }

    void consentsNoMore() {
        consented = false;
    }

    void defers(long seconds) {
        deferrals++;
        askedLeast = least + seconds;
        askedMost = most + seconds;
    }

    int deferrals() {
        return deferrals;
    }

    void observes(int hour, double busy) {
        load[hour] = seen[hour] ? load[hour] * 0.75 + busy * 0.25 : busy;
        seen[hour] = true;
        observations++;
    }

    void reserves(long bytes) {
        reserved.add(new long[] {least, bytes});
        while (!reserved.isEmpty() && least - reserved.peek()[0] > LONGEST_MONTH + DAY) {
            reserved.remove();
        }
    }

    void fetches(long bytes, Instant truth, boolean trusted, int jumpsAhead) {
        fetched += bytes;
        if (policy.budget().isEmpty()) {
            return;
        }
        long budget = policy.budget().get().perMonth();
        long month = month(truth);
        if (month != lastMonth) {
            months += lastMonth < 0 ? 0 : month - lastMonth;
            lastMonth = month;
        }
        // while the clock isn't trusted, a month's bytes last for 32 days, whichever month that is
        long inMonth = fetchedByMonth.merge(month, trusted ? bytes : 0, Long::sum);
        require(!clocksAreRight || inMonth <= budget, inMonth + " bytes in a month of " + budget);
        // the months of a clock that is wrong begin elsewhere, so that one more of them may lie in the same time
        int elsewhere = clocksAreRight ? 0 : 1;
        require(
                fetched <= budget * (months + elsewhere + jumpsAhead),
                fetched + " bytes in " + months + " months of " + budget + ", and " + jumpsAhead + " jumps ahead");
    }

    // what is asked

    /** Whether it holds, whatever the device's count is. */
    boolean must(Restriction what, Phase phase, Update update, Situation now) {
        if (passes(what, update) || (late(what) && mostWaited >= deadline())) {
            return false;
        }
        return holds(what, phase, update, now, true);
    }

    /** Whether it holds, if the device's count is as it may be. */
    boolean may(Restriction what, Phase phase, Update update, Situation now) {
        if (passes(what, update) || (late(what) && leastWaited >= deadline())) {
            return false;
        }
        return holds(what, phase, update, now, false);
    }

    private static boolean late(Restriction what) {
        return what == Restriction.WINDOW || what == Restriction.QUIET || what == Restriction.CONSENT;
    }

    private boolean passes(Restriction what, Update update) {
        return update.emergency() && policy.emergencyPasses().contains(what);
    }

    private long deadline() {
        return policy.deadline().map(java.time.Duration::toSeconds).orElse(Long.MAX_VALUE);
    }

    private boolean holds(Restriction what, Phase phase, Update update, Situation now, boolean surely) {
        PhaseRule rule = policy.rules().get(phase);
        switch (what) {
            case ROLLOUT:
                return update.rollout().place() >= update.rollout().perTenThousand();
            case CONSENT:
                if (!rule.consent() || consented) {
                    return false;
                }
                long terms = policy.consent().get().answerWithin().toSeconds();
                return surely ? waiting && most - askedMost < terms : least - askedLeast < terms;
            case WINDOW:
                if (rule.windows().isEmpty()) {
                    return false;
                }
                if (now.wallClock().isPresent()) {
                    return !open(rule, now.wallClock().get());
                }
                return rule.byUptime().isEmpty()
                        || !open(rule.byUptime().get(), now.sinceBoot().toSeconds());
            case QUIET:
                return phase == Phase.RESET && policy.quiet().isPresent() && quieterLater(rule, now, surely);
            case LINK:
                return !rule.metered() && now.link() != Link.UNMETERED;
            case BUDGET:
                return phase == Phase.DOWNLOAD && policy.budget().isPresent() && tooMuch(update, now, surely);
            case POWER:
                if (rule.power().isEmpty()) {
                    return false;
                }
                PowerNeed need = rule.power().get();
                boolean mains = now.power().equals(Power.mains());
                boolean full = now.power().source() == Power.Source.BATTERY
                        && !need.mainsOnly()
                        && now.power().percent() >= need.batteryPercent();
                return !mains && !full;
            default:
                return now.shutGate().isPresent();
        }
    }

    private boolean tooMuch(Update update, Situation now, boolean surely) {
        long budget = policy.budget().get().perMonth();
        long piece = Math.min(update.atOnce(), update.bytes());
        if (surely) {
            return clocksAreRight
                    && now.wallClock().isPresent()
                    && fetchedByMonth.getOrDefault(month(now.wallClock().get()), 0L) + piece > budget;
        }
        long recent = 0;
        for (long[] one : reserved) {
            recent += least - one[0] <= LONGEST_MONTH + DAY ? one[1] : 0;
        }
        return recent + MOST_AT_ONCE + piece > budget;
    }

    private boolean quieterLater(PhaseRule rule, Situation now, boolean surely) {
        if (now.wallClock().isEmpty() || observations < 168) {
            return false;
        }
        Instant time = now.wallClock().get();
        double current = load(hourOfWeek(time, policy.zone()));
        double doubt = surely ? -0.02 : 0.02;
        double enough = current - policy.quiet().get().marginPercent() / 100.0 + doubt;
        long waited = surely ? mostWaited : leastWaited;
        long end = time.getEpochSecond() + Math.min(7 * DAY, Math.max(0, deadline() - waited));
        for (long at = time.getEpochSecond() + 60; at < end; at += 600) {
            Instant later = Instant.ofEpochSecond(at);
            if (load(hourOfWeek(later, policy.zone())) < enough
                    && (rule.windows().isEmpty() || open(rule, later))) {
                return true;
            }
        }
        return false;
    }

    private double load(int hour) {
        return seen[hour] ? load[hour] : 1;
    }

    void requireLearnt(Standing standing) {
        for (int hour = 0; hour < 168; hour++) {
            double expected = 100 * load(hour);
            require(
                    Math.abs(standing.loadPercent(hour) - expected) < 2,
                    "load of hour " + hour + " is " + standing.loadPercent(hour) + ", not " + expected);
        }
    }

    private static long local(Instant at, ZoneId zone) {
        return at.getEpochSecond() + zone.getRules().getOffset(at).getTotalSeconds();
    }

    /** Minutes since Monday 00:00: 1 January 1970 was a Thursday. */
    private static int minuteOfWeek(Instant at, ZoneId zone) {
        return (int) Math.floorMod(Math.floorDiv(local(at, zone), 60) + 3 * 24 * 60, (long) MINUTES_OF_WEEK);
    }

    static int hourOfWeek(Instant at, ZoneId zone) {
        return minuteOfWeek(at, zone) / 60;
    }

    private boolean open(PhaseRule rule, Instant at) {
        int minute = minuteOfWeek(at, policy.zone());
        for (WeeklyWindow window : rule.windows()) {
            int from = minutes(window.from());
            int length = Math.floorMod(minutes(window.to()) - from - 1, 24 * 60) + 1;
            for (java.time.DayOfWeek day : window.days()) {
                int begin = day.ordinal() * 24 * 60 + from;
                if (Math.floorMod(minute - begin, MINUTES_OF_WEEK) < length) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int minutes(LocalTime time) {
        return time.getHour() * 60 + time.getMinute();
    }

    private static boolean open(UptimeWindow window, long sinceBoot) {
        long at = sinceBoot % window.every().toSeconds();
        return at >= window.from().toSeconds()
                && at < window.from().toSeconds() + window.length().toSeconds();
    }

    /** Months since the year 0, by the days of the Gregorian calendar. */
    private long month(Instant at) {
        long days = Math.floorDiv(local(at, policy.zone()), DAY) + 719_468;
        long era = Math.floorDiv(days, 146_097L);
        long dayOfEra = days - era * 146_097;
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long march = (5 * dayOfYear + 2) / 153;
        long month = march < 10 ? march + 2 : march - 10;
        long year = yearOfEra + era * 400 + (month <= 1 ? 1 : 0);
        return year * 12 + month;
    }

    static void require(boolean good, String otherwise) {
        if (!good) {
            throw new AssertionError(otherwise);
        }
    }
}

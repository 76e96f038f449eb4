// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether one phase may go on now: each restriction in its order, and the first that holds is the answer. */
final class Question {
    private static final long WEEK = 7 * 86_400L;

    private final SitePolicy policy;
    private final Phase phase;
    private final PhaseRule rule;
    private final Update update;
    private final Situation now;
    private final Standing standing;
    private final OptionalLong toDeadline;

    Question(SitePolicy policy, Phase phase, Update update, Situation now, Standing standing) {
        this.policy = policy;
        this.phase = phase;
        this.rule = policy.rule(phase);
        this.update = update;
        this.now = now;
        this.standing = standing;
        this.toDeadline = policy.deadline().isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(
                        policy.deadline().get().toSeconds() - standing.waited().toSeconds());
    }

    /**
     * Why it is held.
     *
     * @param seconds in how many it ends by itself, at least 1
     * @param when what follows the time when it ends, or "waiting to restart" where it doesn't end by itself
     * @param orElse what follows when the deadline ends it before that
     */
    private record Hold(OptionalLong seconds, String when, String orElse) {
        static Hold whichEnds(long seconds, String when, String orElse) {
            return new Hold(OptionalLong.of(seconds), when, orElse);
        }

        static Hold open(String when) {
            return new Hold(OptionalLong.empty(), when, when);
        }
    }

    Decision answer() {
        List<String> passed = new ArrayList<>();
        for (Restriction what : Restriction.values()) {
            Optional<Hold> hold = hold(what);
            if (hold.isEmpty()) {
                continue;
            }
            if (what.endsWithDeadline() && isOverdue()) {
                passed.add("passed by the deadline of " + deadline() + ": " + sentence(hold.get()));
            } else if (policy.passes(update, what)) {
                passed.add("passed by an emergency: " + sentence(hold.get()));
            } else {
                return wait(what, what.endsWithDeadline() ? untilDeadline(hold.get()) : hold.get());
            }
        }
        return new Decision.Go(passed);
    }

    private boolean isOverdue() {
        return toDeadline.isPresent() && toDeadline.getAsLong() <= 0;
    }

    private String deadline() {
        return Wording.duration(policy.deadline().orElseThrow().toSeconds());
    }

    private Hold untilDeadline(Hold hold) {
        if (toDeadline.isEmpty() || (hold.seconds.isPresent() && hold.seconds.getAsLong() <= toDeadline.getAsLong())) {
            return hold;
        }
        return new Hold(toDeadline, "when the deadline of " + deadline() + " is over, " + hold.orElse, hold.orElse);
    }

    private Decision wait(Restriction what, Hold hold) {
        Optional<Instant> until = hold.seconds.isPresent()
                ? now.wallClock().map(time -> time.plusSeconds(hold.seconds.getAsLong()))
                : Optional.empty();
        Optional<Duration> atMost =
                hold.seconds.isPresent() ? Optional.of(Duration.ofSeconds(hold.seconds.getAsLong())) : Optional.empty();
        return new Decision.Wait(what, sentence(hold), until, atMost);
    }

    private String sentence(Hold hold) {
        String begin = "waiting to " + phase.verb() + " ";
        if (hold.seconds.isEmpty()) {
            return begin + hold.when;
        }
        long seconds = hold.seconds.getAsLong();
        return begin
                + now.wallClock()
                        .map(time -> "until " + time(time.plusSeconds(seconds)) + " (" + policy.zone() + ")")
                        .orElseGet(() -> "for " + Wording.duration(seconds))
                + ", " + hold.when;
    }

    private String time(Instant at) {
        return Wording.time(at, now.wallClock().orElse(at), policy.zone());
    }

    private Optional<Hold> hold(Restriction what) {
        return switch (what) {
            case ROLLOUT -> rollout();
            case CONSENT -> rule.consent() ? consent(policy.consent().orElseThrow()) : Optional.empty();
            case WINDOW -> rule.windows().isEmpty() ? Optional.empty() : window();
            case QUIET -> phase == Phase.RESET ? policy.quiet().flatMap(this::quiet) : Optional.empty();
            case LINK -> rule.metered() || now.link() == Link.UNMETERED ? Optional.empty() : Optional.of(link());
            case BUDGET -> phase == Phase.DOWNLOAD ? policy.budget().flatMap(this::budget) : Optional.empty();
            case POWER -> rule.power().filter(need -> !need.isMet(now.power())).map(this::power);
            case GATE -> now.shutGate().map(gate -> Hold.open("until the gate '" + gate + "' opens"));
        };
    }

    private Optional<Hold> rollout() {
        Rollout rollout = update.rollout();
        return rollout.includes()
                ? Optional.empty()
                : Optional.of(Hold.open("until the rollout, now at " + Wording.share(rollout.perTenThousand())
                        + ", is beyond " + Wording.share(rollout.place()) + " and so reaches this device"));
    }

    private Optional<Hold> consent(Consent terms) {
        Optional<Waiting> waiting = standing.waiting();
        if (waiting.isEmpty() || waiting.get().consented()) {
            return Optional.empty();
        }
        long counted = standing.counted().seconds();
        Waiting wait = waiting.get();
        if (counted < wait.deferredUntil()) {
            String why = "to which somebody postponed it (" + wait.deferrals() + " of at most " + terms.maxDeferrals()
                    + " times)";
            return Optional.of(Hold.whichEnds(wait.deferredUntil() - counted, why, "though somebody postponed it"));
        }
        long left = wait.asked() + terms.answerWithin().toSeconds() - counted;
        String unless = "unless somebody consents before";
        return left <= 0
                ? Optional.empty()
                : Optional.of(Hold.whichEnds(left, "when no answer counts as consent, " + unless, unless));
    }

    private Optional<Hold> window() {
        if (now.wallClock().isEmpty()) {
            return rule.byUptime().isEmpty()
                    ? Optional.of(Hold.open("until the clock is trusted, as its windows take one"))
                    : byUptime(rule.byUptime().get());
        }
        OpenHours hours = policy.hours(phase);
        Instant time = now.wallClock().get();
        if (hours.isOpen(time)) {
            return Optional.empty();
        }
        Optional<Instant> next = hours.nextOpen(time);
        if (next.isEmpty()) {
            return Optional.of(Hold.open("until a window opens; none does for weeks"));
        }
        String window = "the window " + hours.window(next.get()).orElseThrow() + " opens";
        return Optional.of(
                Hold.whichEnds(ChronoUnit.SECONDS.between(time, next.get()), "when " + window, "before " + window));
    }

    private Optional<Hold> byUptime(UptimeWindow window) {
        long seconds = window.secondsUntilOpen(now.sinceBoot());
        return seconds == 0
                ? Optional.empty()
                : Optional.of(Hold.whichEnds(
                        seconds,
                        "when the window by uptime opens, as the clock isn't trusted",
                        "before the window by uptime opens"));
    }

    /** Looks for the first hour that is quiet enough: decided in that hour, it goes on, so it isn't put off again and again. */
    private Optional<Hold> quiet(QuietHours quiet) {
        LoadByHour load = standing.loadByHour();
        if (now.wallClock().isEmpty() || !load.hasLearnt()) {
            return Optional.empty();
        }
        Instant time = now.wallClock().get();
        Instant end = time.plusSeconds(Math.min(WEEK, Math.max(0, toDeadline.orElse(WEEK))));
        List<Instant> allowed = hoursUntil(time, end);
        int least = 100;
        for (Instant hour : allowed) {
            least = Math.min(least, load.percent(policy.hourOfWeek(hour)));
        }
        int current = load.percent(policy.hourOfWeek(time));
        int enough = least + quiet.marginPercent();
        if (current <= enough) {
            return Optional.empty();
        }
        for (Instant hour : allowed) {
            int percent = load.percent(policy.hourOfWeek(hour));
            if (percent <= enough) {
                String why = "the quiet hour of those that are allowed before " + time(end) + ": load " + percent
                        + " %, now " + current + " %";
                return Optional.of(Hold.whichEnds(ChronoUnit.SECONDS.between(time, hour), why, why));
            }
        }
        return Optional.empty();
    }

    /** When hours begin that the windows allow, or the windows in them; from now on, to an end. */
    private List<Instant> hoursUntil(Instant begin, Instant end) {
        OpenHours hours = policy.hours(phase);
        List<Instant> allowed = new ArrayList<>();
        Optional<Instant> at = hours.nextOpen(begin);
        while (at.isPresent() && at.get().isBefore(end)) {
            allowed.add(at.get());
            ZonedDateTime local = at.get().atZone(policy.zone());
            LocalDateTime next =
                    local.toLocalDateTime().truncatedTo(ChronoUnit.HOURS).plusHours(1);
            at = hours.nextOpen(ZonedDateTime.ofLocal(next, policy.zone(), local.getOffset())
                    .toInstant());
        }
        return allowed;
    }

    private Hold link() {
        return Hold.open(
                now.link() == Link.METERED
                        ? "until the link isn't metered"
                        : "until the board tells that the link isn't metered");
    }

    private Optional<Hold> budget(ByteBudget budget) {
        Spent spent = standing.spent();
        long left = spent.left(budget.perMonth());
        long piece = update.piece();
        if (piece <= left) {
            return Optional.empty();
        }
        if (piece > budget.perMonth()) {
            return Optional.of(Hold.open("for a larger budget: " + piece
                    + " bytes have to be fetched at once, and a month" + " has only " + budget.perMonth()));
        }
        long seconds = spent.since() + Spent.LONGEST - standing.counted().seconds();
        if (now.wallClock().isPresent()) {
            Instant next = spent.month()
                    .orElseThrow()
                    .plusMonths(1)
                    .atDay(1)
                    .atStartOfDay(policy.zone())
                    .toInstant();
            seconds =
                    Math.min(seconds, ChronoUnit.SECONDS.between(now.wallClock().get(), next));
        }
        String why = "when another month's budget of " + budget.perMonth() + " bytes begins: " + left
                + " are left of this one's, and " + update.bytes() + " are to be fetched";
        return Optional.of(Hold.whichEnds(seconds, why, why));
    }

    private Hold power(PowerNeed need) {
        String needed = need.mainsOnly()
                ? "there is mains power"
                : "there is mains power or " + need.batteryPercent() + " % in the battery";
        String found = switch (now.power().source()) {
            case MAINS, UNKNOWN -> "the board doesn't tell what it runs on";
            case BATTERY -> "now it runs on a battery with " + now.power().percent() + " %";
        };
        return Hold.open("until " + needed + "; " + found);
    }
}

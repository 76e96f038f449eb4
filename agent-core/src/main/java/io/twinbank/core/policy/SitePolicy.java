// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a site lets an update do, and when. Decides from its arguments alone, so that the same questions have the same answers;
 * safe for use by several threads.
 *
 * <p>The caller keeps a {@link Standing}. Before it asks it brings it up to date by {@link #waitFor}, or {@link #advance} while
 * there is no update; what comes out is stored now and then, once an hour is plenty, and at each change that says so. It does
 * so right after each start as well: a boot is told from time that went on by the uptime, which is less than it was. An answer
 * is right with an older standing too, as each method counts the time until now by itself.
 *
 * @param zone where the clock on the wall hangs
 * @param rules for each phase
 * @param budget of bytes, if there is one
 * @param bytesPerSecond how much of the link a download may take; 0 for all of it
 * @param consent how long it is asked for; needed if a rule asks for it
 * @param deadline how long windows, quiet hours and missing consent may hold an update, counted from when the rollout reached
 *     this device
 * @param emergencyPasses what doesn't hold an emergency
 * @param quiet whether restarts wait for a quiet hour; takes a deadline
 */
public record SitePolicy(
        ZoneId zone,
        Map<Phase, PhaseRule> rules,
        Optional<ByteBudget> budget,
        long bytesPerSecond,
        Optional<Consent> consent,
        Optional<Duration> deadline,
        Set<Restriction> emergencyPasses,
        Optional<QuietHours> quiet) {
    private static final SitePolicy OPEN = builder().build();

    /** Copies the collections, and checks that the parts fit together. */
    public SitePolicy {
        Map<Phase, PhaseRule> each = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            each.put(phase, rules.getOrDefault(phase, PhaseRule.open()));
        }
        rules = Collections.unmodifiableMap(each);
        Set<Restriction> passes = EnumSet.noneOf(Restriction.class);
        passes.addAll(emergencyPasses);
        emergencyPasses = Collections.unmodifiableSet(passes);
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond + ", not at least 0");
        }
        if (deadline.isPresent() && deadline.get().isNegative()) {
            throw new IllegalArgumentException("deadline: " + deadline.get() + ", not at least 0");
        }
        if (quiet.isPresent() && deadline.isEmpty()) {
            throw new IllegalArgumentException("quiet hours take a deadline, or they could be waited for without end");
        }
        if (consent.isEmpty() && rules.values().stream().anyMatch(PhaseRule::consent)) {
            throw new IllegalArgumentException("a rule asks for consent, and there are no terms for how long");
        }
    }

    /**
     * Returns a policy that restricts nothing but by rollout and gate.
     *
     * @return the policy
     */
    public static SitePolicy open() {
        return OPEN;
    }

    /**
     * Begins a policy.
     *
     * @return a builder that restricts nothing, in the zone UTC
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Counts the time until now, and turns the month; while there is no update.
     *
     * @param standing what was before
     * @param now what is so now
     * @return what is to be remembered
     */
    public Standing advance(Standing standing, Situation now) {
        return standing.at(now, zone);
    }

    /**
     * Counts the time until now, turns the month, and waits for an update: from when the rollout reached this device on, or
     * for as long as for the update whose place it takes. While the rollout holds it, its time stands still.
     *
     * @param standing what was before
     * @param update what is waited for now
     * @param now what is so now
     * @return what is to be remembered; to be stored when {@link Standing#waitingFor} changes
     */
    public Standing waitFor(Standing standing, Update update, Situation now) {
        Standing later = advance(standing, now);
        Optional<Waiting> before = later.waiting();
        if (!update.rollout().includes() && !passes(update, Restriction.ROLLOUT)) {
            return before.map(Waiting::pause).map(later::withWaiting).orElse(later);
        }
        return later.withWaiting(before.map(wait -> wait.inheritedBy(update.manifest()))
                .orElseGet(
                        () -> Waiting.begin(update.manifest(), later.counted().seconds())));
    }

    /**
     * Postpones the update that is waited for. Afterwards consent is asked for again.
     *
     * @param standing what was before
     * @param now what is so now
     * @param by for how long from now on
     * @return what is to be remembered, to be stored at once
     * @throws IllegalStateException if there is nothing to postpone, or no more often; the message says which
     * @throws IllegalArgumentException if it is longer than is allowed
     */
    public Standing defer(Standing standing, Situation now, Duration by) {
        Consent terms = consent.orElseThrow(
                () -> new IllegalStateException("nothing can be postponed here: no rule asks for consent"));
        Standing later = advance(standing, now);
        Waiting wait = later.waiting()
                .orElseThrow(() -> new IllegalStateException("nothing can be postponed: no update is waited for"));
        if (wait.deferrals() >= terms.maxDeferrals()) {
            throw new IllegalStateException("it was postponed " + wait.deferrals() + " times, and may be at most "
                    + terms.maxDeferrals() + " times");
        }
        if (by.isNegative() || by.compareTo(terms.longestDeferral()) > 0) {
            throw new IllegalArgumentException("postponed by " + by + ", not between 0 and " + terms.longestDeferral());
        }
        return later.withWaiting(wait.defer(later.counted().seconds(), by.toSeconds()));
    }

    /**
     * Decides whether a phase may begin or go on.
     *
     * @param phase which
     * @param update of which update
     * @param now what is so now
     * @param standing what was before
     * @return the answer; a wait names the first restriction that holds, in the order of the constants
     */
    public Decision decide(Phase phase, Update update, Situation now, Standing standing) {
        return new Question(this, phase, update, now, waitFor(standing, update, now)).answer();
    }

    /**
     * Returns how many bytes may be reserved now.
     *
     * @param update for which update
     * @param now what is so now
     * @param standing what was before
     * @return what is left of the month's budget; {@link Long#MAX_VALUE} without one, and for an emergency that passes it
     */
    public long allowance(Update update, Situation now, Standing standing) {
        return budget.isEmpty() || passes(update, Restriction.BUDGET)
                ? Long.MAX_VALUE
                : advance(standing, now).spent().left(budget.get().perMonth());
    }

    /**
     * Tells when an update would happen if nothing changes but the time.
     *
     * @param update which
     * @param now what is so now
     * @param standing what was before
     * @param ahead how far to look, up to 10 years
     * @return the forecast, with what it takes for granted
     */
    public Forecast forecast(Update update, Situation now, Standing standing, Duration ahead) {
        if (ahead.isNegative() || ahead.compareTo(Duration.ofDays(3653)) > 0) {
            throw new IllegalArgumentException("ahead: " + ahead + ", not between 0 and 10 years");
        }
        return new Forecaster(this, update, now, standing, ahead).forecast();
    }

    /**
     * Returns which hour of the week a time is in, on the clock on the wall.
     *
     * @param at the time
     * @return 0 for the hour after Monday 00:00, to 167
     */
    public int hourOfWeek(Instant at) {
        ZonedDateTime local = at.atZone(zone);
        return (local.getDayOfWeek().getValue() - 1) * 24 + local.getHour();
    }

    PhaseRule rule(Phase phase) {
        return Objects.requireNonNull(rules.get(phase));
    }

    OpenHours hours(Phase phase) {
        return new OpenHours(rule(phase).windows(), zone);
    }

    boolean passes(Update update, Restriction what) {
        return update.emergency() && emergencyPasses.contains(what);
    }

    /** Makes a policy; not safe for concurrent use. What isn't set restricts nothing. */
    public static final class Builder {
        private ZoneId zone = ZoneId.of("UTC");
        private final Map<Phase, PhaseRule> rules = new EnumMap<>(Phase.class);
        private Optional<ByteBudget> budget = Optional.empty();
        private long bytesPerSecond;
        private Optional<Consent> consent = Optional.empty();
        private Optional<Duration> deadline = Optional.empty();
        private final Set<Restriction> emergencyPasses = EnumSet.noneOf(Restriction.class);
        private Optional<QuietHours> quiet = Optional.empty();

        private Builder() {}

        /**
         * Sets the zone.
         *
         * @param zone where the clock on the wall hangs
         * @return this
         */
        public Builder zone(ZoneId zone) {
            this.zone = zone;
            return this;
        }

        /**
         * Sets the rule of a phase.
         *
         * @param phase which
         * @param rule what it takes
         * @return this
         */
        public Builder rule(Phase phase, PhaseRule rule) {
            rules.put(phase, rule);
            return this;
        }

        /**
         * Sets the budget.
         *
         * @param bytesPerMonth at least 1
         * @return this
         */
        public Builder budget(long bytesPerMonth) {
            budget = Optional.of(new ByteBudget(bytesPerMonth));
            return this;
        }

        /**
         * Sets how much of the link a download may take.
         *
         * @param limit in bytes per second; 0 for all of it
         * @return this
         */
        public Builder bytesPerSecond(long limit) {
            bytesPerSecond = limit;
            return this;
        }

        /**
         * Sets how long consent is asked for, by the rules that ask for it.
         *
         * @param terms the terms
         * @return this
         */
        public Builder consent(Consent terms) {
            consent = Optional.of(terms);
            return this;
        }

        /**
         * Sets how long windows, quiet hours and missing consent may hold an update.
         *
         * @param after since the rollout reached this device
         * @return this
         */
        public Builder deadline(Duration after) {
            deadline = Optional.of(after);
            return this;
        }

        /**
         * Sets what doesn't hold an emergency.
         *
         * @param what all of it
         * @return this
         */
        public Builder emergencyPasses(Restriction... what) {
            emergencyPasses.clear();
            Collections.addAll(emergencyPasses, what);
            return this;
        }

        /**
         * Lets restarts wait for a quiet hour.
         *
         * @param hours how quiet
         * @return this
         */
        public Builder quiet(QuietHours hours) {
            quiet = Optional.of(hours);
            return this;
        }

        /**
         * Makes the policy.
         *
         * @return the policy
         * @throws IllegalArgumentException if the parts don't fit together; the message says which
         */
        public SitePolicy build() {
            return new SitePolicy(zone, rules, budget, bytesPerSecond, consent, deadline, emergencyPasses, quiet);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import io.twinbank.core.suit.Digest;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** The policy with one plausible bug each. */
final class SeededBugs {
    private SeededBugs() {}

    static Map<String, PolicyModel> all() {
        Map<String, PolicyModel> bugs = new LinkedHashMap<>();
        bugs.put("daylight saving is ignored", decidingBy(policy -> in(policy, standardTime(policy.zone()))));
        bugs.put("windows shut a minute late", decidingBy(policy -> windows(policy, SeededBugs::shutsLate)));
        bugs.put("a night belongs to the day it ends on", decidingBy(policy -> windows(policy, SeededBugs::dayLate)));
        bugs.put("the deadline doesn't count", decidingBy(SeededBugs::withoutDeadline));
        bugs.put("an emergency passes everything", decidingBy(SeededBugs::passingAll));
        bugs.put("an unknown link is unmetered", new UnknownLink());
        bugs.put("the window by uptime counts with a trusted clock", new UptimeAlways());
        bugs.put("months are UTC's", new MonthsOfUtc());
        bugs.put("the month goes back with the clock", new MonthGoesBack());
        bugs.put("no month ends without a clock", new MonthNeedsClock());
        bugs.put("bytes are charged after use", new ChargedAfterUse());
        bugs.put("what is reserved stays in the old month", new ForgottenReservation());
        bugs.put("the deadline begins anew with each update", new DeadlineRestarts());
        bugs.put("consent is inherited", new ConsentInherited());
        bugs.put("waiting is read off the clock", new WaitByClock());
        bugs.put("the rollout's time counts", new RolloutCounts());
        bugs.put("the place doesn't depend on the manifest", new SamePlace());
        bugs.put("the histogram never decays", new NoDecay());
        bugs.put("it can be postponed without end", new EndlessDeferral());
        bugs.put("until is an hour late", new LateUntil());
        return bugs;
    }

    private static SitePolicy with(
            SitePolicy policy,
            ZoneId zone,
            Map<Phase, PhaseRule> rules,
            Optional<Duration> deadline,
            Set<Restriction> passes) {
        return new SitePolicy(
                zone,
                rules,
                policy.budget(),
                policy.bytesPerSecond(),
                policy.consent(),
                deadline,
                passes,
                deadline.isPresent() ? policy.quiet() : Optional.empty());
    }

    private static SitePolicy in(SitePolicy policy, ZoneId zone) {
        return with(policy, zone, policy.rules(), policy.deadline(), policy.emergencyPasses());
    }

    private static ZoneOffset standardTime(ZoneId zone) {
        return zone.getRules().getStandardOffset(Instant.parse("2026-01-01T00:00:00Z"));
    }

    private static SitePolicy windows(SitePolicy policy, UnaryOperator<List<WeeklyWindow>> change) {
        Map<Phase, PhaseRule> rules = new EnumMap<>(Phase.class);
        policy.rules()
                .forEach((phase, rule) -> rules.put(
                        phase,
                        new PhaseRule(
                                change.apply(rule.windows()),
                                rule.byUptime(),
                                rule.power(),
                                rule.metered(),
                                rule.consent())));
        return with(policy, policy.zone(), rules, policy.deadline(), policy.emergencyPasses());
    }

    private static List<WeeklyWindow> shutsLate(List<WeeklyWindow> windows) {
        return windows.stream()
                .map(window -> new WeeklyWindow(
                        window.days(), window.from(), window.to().plusMinutes(1)))
                .toList();
    }

    private static List<WeeklyWindow> dayLate(List<WeeklyWindow> windows) {
        List<WeeklyWindow> changed = new ArrayList<>(windows);
        windows.stream()
                .filter(window -> !window.to().isAfter(window.from()))
                .filter(window -> !window.to().equals(java.time.LocalTime.MIDNIGHT))
                .forEach(window ->
                        changed.add(new WeeklyWindow(window.days(), java.time.LocalTime.MIDNIGHT, window.to())));
        return changed;
    }

    private static SitePolicy withoutDeadline(SitePolicy policy) {
        return with(policy, policy.zone(), policy.rules(), Optional.empty(), policy.emergencyPasses());
    }

    private static SitePolicy passingAll(SitePolicy policy) {
        return with(policy, policy.zone(), policy.rules(), policy.deadline(), EnumSet.allOf(Restriction.class));
    }

    private static PolicyModel decidingBy(UnaryOperator<SitePolicy> change) {
        return new PolicyModel() {
            @Override
            public Decision decide(SitePolicy policy, Phase phase, Update update, Situation now, Standing standing) {
                return change.apply(policy).decide(phase, update, now, standing);
            }

            @Override
            public Forecast forecast(
                    SitePolicy policy, Update update, Situation now, Standing standing, Duration ahead) {
                return change.apply(policy).forecast(update, now, standing, ahead);
            }
        };
    }

    private static Standing spending(Standing standing, Spent spent) {
        return new Standing(standing.counted(), standing.waiting(), spent, standing.loadByHour());
    }

    private static final class UnknownLink implements PolicyModel {
        @Override
        public Decision decide(SitePolicy policy, Phase phase, Update update, Situation now, Standing standing) {
            Situation seen = now.link() == Link.UNKNOWN
                    ? new Situation(now.wallClock(), now.sinceBoot(), now.power(), Link.UNMETERED, now.shutGate())
                    : now;
            return policy.decide(phase, update, seen, standing);
        }
    }

    private static final class UptimeAlways implements PolicyModel {
        @Override
        public Decision decide(SitePolicy policy, Phase phase, Update update, Situation now, Standing standing) {
            PhaseRule rule = policy.rule(phase);
            boolean open = rule.byUptime().isPresent() && rule.byUptime().get().secondsUntilOpen(now.sinceBoot()) == 0;
            SitePolicy asked =
                    open ? windows(policy, all -> List.of(WeeklyWindow.parse("Mon-Sun 00:00-24:00"))) : policy;
            return asked.decide(phase, update, now, standing);
        }
    }

    private static final class MonthsOfUtc implements PolicyModel {
        @Override
        public Standing advance(SitePolicy policy, Standing standing, Situation now) {
            return standing.at(now, ZoneOffset.UTC);
        }

        @Override
        public Standing waitFor(SitePolicy policy, Standing standing, Update update, Situation now) {
            return policy.waitFor(standing.at(now, ZoneOffset.UTC), update, now);
        }
    }

    private static final class MonthGoesBack implements PolicyModel {
        @Override
        public Standing advance(SitePolicy policy, Standing standing, Situation now) {
            Standing later = policy.advance(standing, now);
            Optional<YearMonth> month = now.wallClock().map(time -> YearMonth.from(time.atZone(policy.zone())));
            return month.isEmpty() || month.equals(later.spent().month())
                    ? later
                    : spending(later, new Spent(month, later.counted().seconds(), 0, 0));
        }

        @Override
        public Standing waitFor(SitePolicy policy, Standing standing, Update update, Situation now) {
            return policy.waitFor(advance(policy, standing, now), update, now);
        }
    }

    /** A month that began just now hasn't lasted. */
    private static final class MonthNeedsClock implements PolicyModel {
        @Override
        public Standing advance(SitePolicy policy, Standing standing, Situation now) {
            return policy.advance(fresh(standing, now), now);
        }

        @Override
        public Standing waitFor(SitePolicy policy, Standing standing, Update update, Situation now) {
            return policy.waitFor(fresh(standing, now), update, now);
        }

        private static Standing fresh(Standing standing, Situation now) {
            Spent spent = standing.spent();
            return now.wallClock().isPresent()
                    ? standing
                    : spending(
                            standing,
                            new Spent(spent.month(), standing.counted().seconds(), spent.used(), spent.reserved()));
        }
    }

    private static final class ChargedAfterUse implements PolicyModel {
        @Override
        public Standing reserve(Standing standing, long bytes) {
            return standing;
        }

        @Override
        public Standing fetched(Standing standing, long bytes) {
            return standing.reserve(bytes).fetched(bytes);
        }
    }

    private static final class ForgottenReservation implements PolicyModel {
        @Override
        public Standing advance(SitePolicy policy, Standing standing, Situation now) {
            Standing later = policy.advance(standing, now);
            Spent spent = later.spent();
            return spent.month().equals(standing.spent().month())
                    ? later
                    : spending(later, new Spent(spent.month(), spent.since(), 0, 0));
        }

        @Override
        public Standing fetched(Standing standing, long bytes) {
            Spent spent = standing.spent();
            return spent.reserved() == 0 ? standing : standing.fetched(bytes);
        }
    }

    private static final class DeadlineRestarts implements PolicyModel {
        @Override
        public Standing waitFor(SitePolicy policy, Standing standing, Update update, Situation now) {
            boolean another = standing.waitingFor().isPresent()
                    && !standing.waitingFor().get().equals(update.manifest());
            return policy.waitFor(another ? standing.settled() : standing, update, now);
        }
    }

    private static final class ConsentInherited implements PolicyModel {
        @Override
        public Standing waitFor(SitePolicy policy, Standing standing, Update update, Situation now) {
            Standing later = policy.waitFor(standing, update, now);
            return standing.consented() ? later.consent() : later;
        }
    }

    private static final class WaitByClock implements PolicyModel {
        @Override
        public Standing waitFor(SitePolicy policy, Standing standing, Update update, Situation now) {
            Counted counted = standing.counted();
            if (now.wallClock().isEmpty() || counted.anchor().isEmpty()) {
                return policy.waitFor(standing, update, now);
            }
            long passed = now.wallClock().get().getEpochSecond()
                    - counted.anchor().get().wall();
            long seconds = Math.max(counted.seconds(), counted.anchor().get().seconds() + passed);
            Counted later = new Counted(seconds, now.sinceBoot().toSeconds(), false, counted.anchor());
            return policy.waitFor(
                    new Standing(later, standing.waiting(), standing.spent(), standing.loadByHour()), update, now);
        }
    }

    private static final class RolloutCounts implements PolicyModel {
        @Override
        public Standing waitFor(SitePolicy policy, Standing standing, Update update, Situation now) {
            Update always = new Update(
                    update.manifest(), update.bytes(), update.atOnce(), update.emergency(), Rollout.everybody());
            return policy.waitFor(standing, always, now);
        }
    }

    private static final class SamePlace implements PolicyModel {
        @Override
        public Rollout rollout(int perTenThousand, UUID device, Digest manifest) {
            return Rollout.of(perTenThousand, device, Digest.sha256Of(new byte[0]));
        }
    }

    private static final class NoDecay implements PolicyModel {
        @Override
        public Standing observe(Standing standing, int hourOfWeek, double load) {
            byte seen = standing.loadByHour().bytes()[hourOfWeek];
            return seen == 0
                    ? standing.observe(hourOfWeek, load)
                    : standing.observe(hourOfWeek, standing.loadPercent(hourOfWeek) / 100.0);
        }
    }

    private static final class EndlessDeferral implements PolicyModel {
        @Override
        public Standing defer(SitePolicy policy, Standing standing, Situation now, Duration by) {
            Standing later = policy.advance(standing, now);
            return later.withWaiting(
                    later.waiting().orElseThrow().defer(later.counted().seconds(), by.toSeconds()));
        }
    }

    private static final class LateUntil implements PolicyModel {
        @Override
        public Decision decide(SitePolicy policy, Phase phase, Update update, Situation now, Standing standing) {
            Decision decision = policy.decide(phase, update, now, standing);
            if (!(decision instanceof Decision.Wait wait)) {
                return decision;
            }
            return new Decision.Wait(
                    wait.what(),
                    wait.sentence(),
                    wait.until().map(time -> time.plusSeconds(3_600)),
                    wait.atMost().map(time -> time.plusHours(1)));
        }
    }
}

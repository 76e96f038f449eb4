// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.suit.Digest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The hour that is learnt, beside a fixed window at night: how busy the site is when it is interrupted. Two virtual years of a
 * synthetic site whose hours drift, an update about every ten days; {@code -Dseed=N} for another one.
 */
class QuietHoursTest {
    private static final long SEED = Long.getLong("seed", 1);
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
    private static final Instant BEGIN = Instant.parse("2027-01-04T00:00:00Z");
    private static final Duration DEADLINE = Duration.ofDays(7);
    private static final int DAYS = 730;
    private static final int STEP_MINUTES = 10;

    /** When a site is busy, and by how many hours that moves in a year. */
    private enum Site {
        OFFICE(8, 18, 5, 2),
        SHOP(9, 21, 6, 1),
        NIGHT_WORK(21, 7, 6, 3),
        ROUND_THE_CLOCK(10, 4, 7, 12);

        private final int from;
        private final int to;
        private final int days;
        private final int driftHours;

        Site(int from, int to, int days, int driftHours) {
            this.from = from;
            this.to = to;
            this.days = days;
            this.driftHours = driftHours;
        }

        double load(ZonedDateTime local, double noise) {
            long day = Duration.between(BEGIN, local.toInstant()).toDays();
            int moved = Math.toIntExact(driftHours * day / 365);
            ZonedDateTime before = local.minusHours(moved);
            int hour = before.getHour();
            boolean late = hour < to && from > to;
            int workday = (late ? before.minusDays(1) : before).getDayOfWeek().getValue();
            boolean inHours = from < to ? hour >= from && hour < to : hour >= from || hour < to;
            double base = inHours && workday <= days ? 0.75 : 0.06;
            return Math.min(1, Math.max(0, base + noise * 0.2));
        }
    }

    private record Outcome(int restarts, double load, double busy, double waitedHours, int missed) {}

    private static final SitePolicy FIXED = SitePolicy.builder()
            .zone(ZONE)
            .rule(Phase.RESET, PhaseRule.open().in("Mon-Sun 02:00-04:00"))
            .deadline(DEADLINE)
            .build();
    private static final SitePolicy LEARNT = SitePolicy.builder()
            .zone(ZONE)
            .quiet(new QuietHours(5))
            .deadline(DEADLINE)
            .build();

    @ParameterizedTest
    @EnumSource(Site.class)
    void decide_theHourThatWasLearnt_isQuietAlsoWhereNightsAreBusy(Site site) {
        Outcome fixed = live(site, FIXED);
        Outcome learnt = live(site, LEARNT);

        System.out.printf(
                Locale.ROOT,
                "quiet hours: seed %d, %-15s fixed 02:00-04:00: load %.2f at %d restarts, %2.0f %% of them busy, waited %3.0f h;"
                        + " learnt: load %.2f, %2.0f %% busy, waited %3.0f h, %d deadlines missed%n",
                SEED,
                site,
                fixed.load(),
                fixed.restarts(),
                100 * fixed.busy(),
                fixed.waitedHours(),
                learnt.load(),
                100 * learnt.busy(),
                learnt.waitedHours(),
                learnt.missed());
        assertEquals(0, learnt.missed(), learnt.toString());
        assertEquals(fixed.restarts(), learnt.restarts());
        assertTrue(learnt.load() <= fixed.load() + 0.03, fixed + ", " + learnt);
        assertTrue(learnt.busy() <= Math.max(0.05, fixed.busy() / 2), fixed + ", " + learnt);
        if (fixed.busy() > 0.5) {
            assertTrue(learnt.load() < fixed.load() / 2, fixed + ", " + learnt);
        }
    }

    private static Outcome live(Site site, SitePolicy policy) {
        SplittableRandom updates = new SplittableRandom(SEED);
        Standing standing = Standing.none();
        Optional<Update> waiting = Optional.empty();
        Instant offered = BEGIN;
        Instant nextOffer = BEGIN.plus(Duration.ofDays(14));
        int restarts = 0;
        int busy = 0;
        int missed = 0;
        double load = 0;
        double waited = 0;
        double sum = 0;
        int samples = 0;
        int hour = -1;
        for (long minute = 0; minute < DAYS * 1440L; minute += STEP_MINUTES) {
            Instant now = BEGIN.plusSeconds(minute * 60);
            double noise = new SplittableRandom(SEED + minute).nextDouble() - 0.5;
            double current = site.load(now.atZone(ZONE), noise);
            Situation situation = new Situation(
                    Optional.of(now), Duration.between(BEGIN, now), Power.mains(), Link.UNMETERED, Optional.empty());
            standing = policy.advance(standing, situation);
            int currentHour = policy.hourOfWeek(now);
            if (currentHour != hour) {
                if (samples > 0) {
                    standing = standing.observe(hour, sum / samples);
                }
                hour = currentHour;
                sum = 0;
                samples = 0;
            }
            sum += current;
            samples++;
            if (waiting.isEmpty() && !now.isBefore(nextOffer)) {
                Digest manifest =
                        Digest.sha256Of(ByteBuffer.allocate(8).putLong(minute).array());
                waiting = Optional.of(new Update(manifest, 0, 1, false, Rollout.everybody()));
                offered = now;
            }
            if (waiting.isPresent()) {
                standing = policy.waitFor(standing, waiting.get(), situation);
                if (policy.decide(Phase.RESET, waiting.get(), situation, standing) instanceof Decision.Go) {
                    restarts++;
                    load += current;
                    busy += current > 0.5 ? 1 : 0;
                    Duration since = Duration.between(offered, now);
                    waited += since.toMinutes() / 60.0;
                    missed += since.compareTo(DEADLINE.plusMinutes(STEP_MINUTES)) > 0 ? 1 : 0;
                    standing = standing.settled();
                    waiting = Optional.empty();
                    nextOffer = offered.plusSeconds(86_400L * 8 + updates.nextLong(86_400L * 4));
                }
            }
        }
        return new Outcome(restarts, load / restarts, (double) busy / restarts, waited / restarts, missed);
    }
}

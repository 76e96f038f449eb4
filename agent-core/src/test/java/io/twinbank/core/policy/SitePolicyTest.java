// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SitePolicyTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Consent TERMS = new Consent(Duration.ofDays(2), 2, DAY);

    /** Tuesday noon, and a window at night. */
    private static Site nights() {
        return new Site(
                Site.berlin()
                        .rule(Phase.RESET, PhaseRule.open().in("Mon-Fri 22:00-04:00"))
                        .deadline(Duration.ofDays(7))
                        .build(),
                "2026-12-01T12:00:00");
    }

    @Test
    void decide_openPolicy_goes() {
        Site site = new Site(SitePolicy.open(), "2026-12-01T12:00:00");

        for (Phase phase : Phase.values()) {
            assertEquals(List.of(), site.goes(phase).passed());
        }
    }

    @Test
    void decide_windowShut_saysWhenItOpens() {
        Site site = nights();

        Decision.Wait wait = site.waits(Phase.RESET);

        assertEquals(Restriction.WINDOW, wait.what());
        assertEquals(
                "waiting to restart until Tue 22:00 (Europe/Berlin), when the window Mon-Fri 22:00-04:00 opens",
                wait.sentence());
        assertEquals(Optional.of(site.local("2026-12-01T22:00:00")), wait.until());
        assertEquals(Optional.of(Duration.ofHours(10)), wait.atMost());
        site.goes(Phase.DOWNLOAD);
        site.goes(Phase.INSTALL);
        site.passes(Duration.ofHours(10)).goes(Phase.RESET);
    }

    @Test
    void decide_deadlineBeforeTheWindow_saysSoAndGoesThen() {
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().in("Mon 22:00-04:00"))
                .deadline(Duration.ofDays(2))
                .build();
        Site site = new Site(policy, "2026-12-01T12:00:00");

        Decision.Wait wait = site.waits(Phase.RESET);

        assertEquals(
                "waiting to restart until Thu 12:00 (Europe/Berlin), when the deadline of 2 d is over, before the window"
                        + " Mon 22:00-24:00 opens".replace("24:00", "04:00"),
                wait.sentence());
        site.passes(Duration.ofDays(2).minusSeconds(1)).waits(Phase.RESET);
        assertEquals(
                List.of(
                        "passed by the deadline of 2 d: waiting to restart until Mon 22:00 (Europe/Berlin), when the window"
                                + " Mon 22:00-04:00 opens"),
                site.passes(Duration.ofSeconds(1)).goes(Phase.RESET).passed());
    }

    @Test
    void decide_newerUpdate_inheritsTheWait() {
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().in("Mon 22:00-04:00"))
                .deadline(Duration.ofDays(2))
                .build();
        Site site = new Site(policy, "2026-12-01T12:00:00").offered(Site.update(1));

        site.passes(DAY).offered(Site.update(2)).waits(Phase.RESET);

        site.passes(DAY).goes(Phase.RESET);
    }

    @Test
    void decide_updateAfterOneThatIsSettled_waitsAnew() {
        Site site = nights().offered(Site.update(1));

        site.standing = site.standing.settled();
        site.passes(Duration.ofDays(4)).offered(Site.update(2));

        assertEquals(Duration.ZERO, site.standing.waited());
    }

    @Test
    void decide_noTrustedClock_isShutUntilTheDeadline() {
        Site site = nights().noClock();

        Decision.Wait wait = site.waits(Phase.RESET);

        assertEquals(
                "waiting to restart for 7 d, when the deadline of 7 d is over, until the clock is trusted, as its windows"
                        + " take one",
                wait.sentence());
        assertEquals(Optional.empty(), wait.until());
        assertEquals(Optional.of(Duration.ofDays(7)), wait.atMost());
        site.passes(Duration.ofDays(7)).goes(Phase.RESET);
    }

    @Test
    void decide_noTrustedClockAndReboots_countsOnlyUptime() {
        Site site = nights().noClock();
        site.waits(Phase.RESET);

        for (int day = 0; day < 6; day++) {
            site.passes(DAY).waits(Phase.RESET);
            site.reboots(DAY).waits(Phase.RESET);
        }

        assertEquals(Duration.ofDays(6), site.standing.waited());
        site.passes(DAY).goes(Phase.RESET);
    }

    @Test
    void decide_noTrustedClockAndAWindowByUptime_goesInIt() {
        UptimeWindow uptime = new UptimeWindow(DAY, Duration.ofHours(3), Duration.ofHours(1));
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().in("Mon 22:00-04:00").orByUptime(uptime))
                .build();
        Site site = new Site(policy, "2026-12-01T12:00:00").noClock();

        Decision.Wait wait = site.waits(Phase.RESET);

        assertEquals(
                "waiting to restart for 2 h, when the window by uptime opens, as the clock isn't trusted",
                wait.sentence());
        site.passes(Duration.ofHours(2)).goes(Phase.RESET);
        site.passes(Duration.ofHours(1)).waits(Phase.RESET);
        site.passes(Duration.ofHours(23)).goes(Phase.RESET);
    }

    @Test
    void decide_trustedClockInTheWindowByUptime_waitsForTheWeeklyOne() {
        UptimeWindow uptime = new UptimeWindow(DAY, Duration.ofHours(1), Duration.ofHours(1));
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().in("Mon 22:00-04:00").orByUptime(uptime))
                .build();

        assertEquals(
                Restriction.WINDOW,
                new Site(policy, "2026-12-01T12:00:00").waits(Phase.RESET).what());
    }

    @Test
    void decide_deviceThatIsOffMostOfTheTime_countsADayForEachNight() {
        Site site = nights();
        site.waits(Phase.RESET);

        site.passes(Duration.ofHours(1)).waits(Phase.RESET);
        site.reboots(Duration.ofDays(5)).decides(Phase.RESET);

        assertEquals(Duration.ofHours(25), site.standing.waited());
    }

    @Test
    void decide_clockThatJumpsWhileItRuns_countsOnlyWhatPassed() {
        Site site = nights();
        site.waits(Phase.RESET);

        site.clock(Optional.of(Instant.parse("2099-01-01T12:00:00Z"))).decides(Phase.RESET);
        site.clock(Optional.of(Instant.parse("1970-01-01T12:00:00Z"))).decides(Phase.RESET);

        assertEquals(Duration.ZERO, site.standing.waited());
    }

    @Test
    void decide_consentAskedFor_waitsForTheAnswerAndTakesNoneAsConsent() {
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().withConsent())
                .consent(TERMS)
                .build();
        Site site = new Site(policy, "2026-12-01T12:00:00");

        Decision.Wait wait = site.waits(Phase.RESET);

        assertEquals(Restriction.CONSENT, wait.what());
        assertEquals(
                "waiting to restart until Thu 12:00 (Europe/Berlin), when no answer counts as consent, unless somebody"
                        + " consents before",
                wait.sentence());
        site.passes(Duration.ofDays(2)).goes(Phase.RESET);
    }

    @Test
    void decide_consentGiven_goesForThisUpdateOnly() {
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().withConsent())
                .consent(TERMS)
                .build();
        Site site = new Site(policy, "2026-12-01T12:00:00");
        site.waits(Phase.RESET);

        site.standing = site.standing.consent();

        site.goes(Phase.RESET);
        site.offered(Site.update(2)).waits(Phase.RESET);
    }

    @Test
    void defer_withinItsTerms_waitsAndAsksAgain() {
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().withConsent())
                .consent(TERMS)
                .build();
        Site site = new Site(policy, "2026-12-01T12:00:00");
        site.waits(Phase.RESET);

        site.standing = policy.defer(site.standing, site.now, DAY);

        assertEquals(
                "waiting to restart until Wed 12:00 (Europe/Berlin), to which somebody postponed it (1 of at most 2 times)",
                site.waits(Phase.RESET).sentence());
        assertEquals(
                Optional.of(site.local("2026-12-04T12:00:00")),
                site.passes(DAY).waits(Phase.RESET).until());
        site.passes(Duration.ofDays(2)).goes(Phase.RESET);
    }

    @Test
    void defer_tooOftenOrTooLong_isRefusedWithTheNumbers() {
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().withConsent())
                .consent(TERMS)
                .build();
        Site site = new Site(policy, "2026-12-01T12:00:00").offered(Site.update(1));

        IllegalArgumentException tooLong = assertThrows(
                IllegalArgumentException.class, () -> policy.defer(site.standing, site.now, DAY.plusSeconds(1)));
        site.standing = policy.defer(site.standing, site.now, DAY);
        site.standing = policy.defer(site.offered(Site.update(2)).standing, site.now, DAY);
        IllegalStateException tooOften =
                assertThrows(IllegalStateException.class, () -> policy.defer(site.standing, site.now, DAY));

        assertEquals("postponed by PT24H1S, not between 0 and PT24H", tooLong.getMessage());
        assertEquals("it was postponed 2 times, and may be at most 2 times", tooOften.getMessage());
    }

    @Test
    void decide_postponedPastTheDeadline_goesAtTheDeadline() {
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().withConsent())
                .consent(TERMS)
                .deadline(Duration.ofHours(12))
                .build();
        Site site = new Site(policy, "2026-12-01T12:00:00").offered(Site.update(1));

        site.standing = policy.defer(site.standing, site.now, DAY);

        assertEquals(
                "waiting to restart until Wed 00:00 (Europe/Berlin), when the deadline of 12 h is over, though somebody"
                        + " postponed it",
                site.waits(Phase.RESET).sentence());
        site.passes(Duration.ofHours(12)).goes(Phase.RESET);
    }

    @Test
    void decide_rolloutNotHere_waitsWhileItsTimeStandsStill() {
        Site site = nights();
        Update held = new Update(site.update.manifest(), 1_000, 100, false, new Rollout(1_000, 3_752));
        site.offered(held);

        Decision.Wait wait = site.passes(Duration.ofDays(30)).waits(Phase.DOWNLOAD);

        assertEquals(Restriction.ROLLOUT, wait.what());
        assertEquals(
                "waiting to download until the rollout, now at 10 %, is beyond 37.52 % and so reaches this device",
                wait.sentence());
        assertEquals(Optional.empty(), wait.atMost());
        site.offered(new Update(held.manifest(), 1_000, 100, false, new Rollout(3_753, 3_752)));
        assertEquals(Duration.ZERO, site.standing.waited());
        site.goes(Phase.DOWNLOAD);
    }

    @Test
    void decide_rolloutOfANewerUpdateNotHere_keepsTheWaitOfTheOlderOne() {
        Site site = nights().offered(Site.update(1)).passes(DAY);
        site.offered(new Update(Site.update(2).manifest(), 1_000, 100, false, new Rollout(0, 1)));

        site.passes(Duration.ofDays(30)).offered(Site.update(2));

        assertEquals(DAY, site.standing.waited());
    }

    @Test
    void decide_meteredLink_waitsForAnotherWhereTheRuleSaysSo() {
        SitePolicy policy =
                Site.berlin().rule(Phase.DOWNLOAD, PhaseRule.open().unmetered()).build();
        Site site = new Site(policy, "2026-12-01T12:00:00");

        assertEquals(
                "waiting to download until the link isn't metered",
                site.over(Link.METERED).waits(Phase.DOWNLOAD).sentence());
        assertEquals(
                "waiting to download until the board tells that the link isn't metered",
                site.over(Link.UNKNOWN).waits(Phase.DOWNLOAD).sentence());
        site.over(Link.UNMETERED).goes(Phase.DOWNLOAD);
    }

    @Test
    void decide_batteryTooLow_waitsForMainsOrAFullerOne() {
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().with(PowerNeed.mainsOrBattery(50)))
                .rule(Phase.INSTALL, PhaseRule.open().with(PowerNeed.mains()))
                .build();
        Site site = new Site(policy, "2026-12-01T12:00:00");

        assertEquals(
                "waiting to restart until there is mains power or 50 % in the battery; now it runs on a battery with 49 %",
                site.on(Power.battery(49)).waits(Phase.RESET).sentence());
        assertEquals(
                "waiting to install until there is mains power; the board doesn't tell what it runs on",
                site.on(Power.unknown()).waits(Phase.INSTALL).sentence());
        site.on(Power.battery(50)).goes(Phase.RESET);
        site.on(Power.battery(100)).waits(Phase.INSTALL);
        site.on(Power.mains()).goes(Phase.INSTALL);
    }

    @Test
    void decide_gateShut_namesIt() {
        Site site = new Site(SitePolicy.open(), "2026-12-01T12:00:00").gate(Optional.of("plant.running"));

        Decision.Wait wait = site.waits(Phase.RESET);

        assertEquals(Restriction.GATE, wait.what());
        assertEquals("waiting to restart until the gate 'plant.running' opens", wait.sentence());
    }

    @Test
    void decide_severalHold_namesTheFirstInTheOrder() {
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().in("Mon 22:00-23:00").with(PowerNeed.mains()))
                .build();
        Site site =
                new Site(policy, "2026-12-01T12:00:00").gate(Optional.of("g")).on(Power.unknown());

        assertEquals(Restriction.WINDOW, site.waits(Phase.RESET).what());
        assertEquals(
                Restriction.POWER,
                site.clock(Optional.of(site.local("2026-12-07T22:30:00")))
                        .waits(Phase.RESET)
                        .what());
        assertEquals(Restriction.GATE, site.on(Power.mains()).waits(Phase.RESET).what());
    }

    @Test
    void decide_emergency_passesWhatIsListedAndNothingElse() {
        SitePolicy policy = Site.berlin()
                .rule(Phase.RESET, PhaseRule.open().in("Mon 22:00-23:00").with(PowerNeed.mains()))
                .emergencyPasses(Restriction.WINDOW)
                .build();
        Site site = new Site(policy, "2026-12-01T12:00:00").on(Power.unknown());
        site.update = new Update(site.update.manifest(), 1_000, 100, true, Rollout.everybody());

        assertEquals(Restriction.POWER, site.waits(Phase.RESET).what());
        assertEquals(
                List.of(
                        "passed by an emergency: waiting to restart until Mon 7 Dec 2026 22:00 (Europe/Berlin), when the"
                                + " window Mon 22:00-23:00 opens"),
                site.on(Power.mains()).goes(Phase.RESET).passed());
    }

    @Test
    void decide_budgetUsedUp_waitsForTheNextMonthAndGoesOn() {
        Site site = new Site(Site.berlin().budget(250).build(), "2026-12-01T12:00:00").offered(Site.update(1));
        site.standing = site.standing.reserve(200).fetched(200);
        site.update = site.update.withBytes(800);

        Decision.Wait wait = site.waits(Phase.DOWNLOAD);

        assertEquals(Restriction.BUDGET, wait.what());
        assertEquals(
                "waiting to download until Fri 1 Jan 2027 00:00 (Europe/Berlin), when another month's budget of 250 bytes"
                        + " begins: 50 are left of this one's, and 800 are to be fetched",
                wait.sentence());
        assertEquals(50, policyAllowance(site));
        site.goes(Phase.INSTALL);
        site.clock(Optional.of(site.local("2027-01-01T00:00:00"))).goes(Phase.DOWNLOAD);
        assertEquals(250, policyAllowance(site));
    }

    private static long policyAllowance(Site site) {
        return site.policy.allowance(site.update, site.now, site.standing);
    }

    @Test
    void decide_pieceLargerThanTheBudget_saysSoWithBothNumbers() {
        Site site = new Site(Site.berlin().budget(250).build(), "2026-12-01T12:00:00");
        site.update = new Update(site.update.manifest(), 1_000, 1_000, false, Rollout.everybody());

        Decision.Wait wait = site.waits(Phase.DOWNLOAD);

        assertEquals(
                "waiting to download for a larger budget: 1000 bytes have to be fetched at once, and a month has only 250",
                wait.sentence());
        assertEquals(Optional.empty(), wait.atMost());
    }

    @Test
    void decide_quietHours_waitsForTheFirstThatIsQuietEnough() {
        SitePolicy policy = Site.berlin()
                .deadline(Duration.ofDays(3))
                .quiet(new QuietHours(5))
                .build();
        Site site = new Site(policy, "2026-12-01T12:30:00");
        for (int hour = 0; hour < 168; hour++) {
            site.standing = site.standing.observe(hour, hour % 24 == 3 ? 0.04 : hour % 24 == 2 ? 0.08 : 0.61);
        }

        Decision.Wait wait = site.waits(Phase.RESET);

        assertEquals(Restriction.QUIET, wait.what());
        assertEquals(
                "waiting to restart until Wed 02:00 (Europe/Berlin), the quiet hour of those that are allowed before"
                        + " Fri 12:30: load 8 %, now 61 %",
                wait.sentence());
        site.goes(Phase.INSTALL);
        site.passes(Duration.ofMinutes(13 * 60 + 30)).goes(Phase.RESET);
    }

    @Test
    void decide_quietHoursNotLearntYet_goes() {
        SitePolicy policy = Site.berlin().deadline(DAY).quiet(new QuietHours(0)).build();
        Site site = new Site(policy, "2026-12-01T12:30:00");
        for (int hour = 0; hour < 167; hour++) {
            site.standing = site.standing.observe(hour, hour % 24 == 3 ? 0.04 : 0.61);
        }

        site.goes(Phase.RESET);
        site.standing = site.standing.observe(167, 0.61);
        site.waits(Phase.RESET);
    }

    @Test
    void forecast_spreadDownload_endsInTheMonthThatHasTheBytes() {
        Site site = new Site(Site.berlin().budget(450).build(), "2026-12-01T12:00:00");

        Forecast forecast = site.policy.forecast(site.update, site.now, site.standing, Duration.ofDays(365));

        assertEquals(
                Optional.of(site.local("2027-02-01T00:00:00")),
                forecast.steps().get(0).at());
        assertEquals(2, forecast.steps().get(0).waits().size());
    }

    @Test
    void forecast_heldWithoutEnd_saysByWhatAndNothingOfThePhasesAfter() {
        Site site = new Site(SitePolicy.open(), "2026-12-01T12:00:00").gate(Optional.of("g"));

        Forecast forecast = site.policy.forecast(site.update, site.now, site.standing, DAY);

        assertEquals(Optional.empty(), forecast.steps().get(0).after());
        assertEquals(Restriction.GATE, forecast.steps().get(0).waits().get(0).what());
        assertEquals(List.of(), forecast.steps().get(2).waits());
    }

    @Test
    void forecast_limitedLink_takesTheTimeAndTheWindows() {
        SitePolicy policy = Site.berlin()
                .rule(Phase.DOWNLOAD, PhaseRule.open().in("Mon-Sun 22:00-22:05"))
                .bytesPerSecond(1)
                .build();
        Site site = new Site(policy, "2026-12-01T12:00:00");

        Forecast forecast = policy.forecast(site.update, site.now, site.standing, Duration.ofDays(30));

        // 1000 s in pieces of 100 s, of which three begin in each night's 5 minutes
        assertEquals(
                Optional.of(site.local("2026-12-04T22:01:40")),
                forecast.steps().get(0).at());
    }

    @Test
    void forecast_aheadTooFar_isRefused() {
        Site site = new Site(SitePolicy.open(), "2026-12-01T12:00:00");

        assertThrows(
                IllegalArgumentException.class,
                () -> site.policy.forecast(site.update, site.now, site.standing, Duration.ofDays(10_000)));
    }

    @Test
    void build_partsThatDoNotFit_areRefused() {
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> Site.berlin().quiet(new QuietHours(0)).build())
                .getMessage()
                .startsWith("quiet hours take a deadline"));
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> Site.berlin()
                                .rule(Phase.RESET, PhaseRule.open().withConsent())
                                .build())
                .getMessage()
                .startsWith("a rule asks for consent"));
    }
}

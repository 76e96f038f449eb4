// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static io.twinbank.core.policy.NaiveOracle.require;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** The ends of months, where years seldom go. */
final class MonthEdges {
    private static final long BUDGET = 1_000;

    private MonthEdges() {}

    /** Throws an {@link AssertionError} if a model gives more bytes than it may. */
    static void check(PolicyModel model) {
        clockThatSwings(model);
        bytesOnTheWay(model);
        monthOfTheWall(model, "America/Los_Angeles", "2026-12-01T00:00:00Z");
        monthOfTheWall(model, "Pacific/Auckland", "2026-12-31T10:00:00Z");
    }

    private static SitePolicy policy(String zone) {
        return SitePolicy.builder().zone(ZoneId.of(zone)).budget(BUDGET).build();
    }

    private static Situation at(Instant wall, long sinceBoot) {
        return new Situation(
                Optional.of(wall), Duration.ofSeconds(sinceBoot), Power.mains(), Link.UNMETERED, Optional.empty());
    }

    private static void clockThatSwings(PolicyModel model) {
        SitePolicy policy = policy("UTC");
        Standing standing = Standing.none();
        long fetched = 0;
        for (int i = 0; i < 10; i++) {
            Instant wall = Instant.parse(i % 2 == 0 ? "2026-11-30T12:00:00Z" : "2026-12-01T12:00:00Z");
            Situation now = at(wall, i);
            standing = model.waitFor(policy, standing, Site.update(1).withBytes(BUDGET), now);
            while (model.decide(policy, Phase.DOWNLOAD, Site.update(1), now, standing) instanceof Decision.Go) {
                standing = model.fetched(model.reserve(standing, 100), 100);
                fetched += 100;
            }
        }
        require(fetched == 2 * BUDGET, fetched + " bytes, as the clock swung between two months of " + BUDGET);
    }

    private static void bytesOnTheWay(PolicyModel model) {
        SitePolicy policy = policy("UTC");
        Standing standing = model.advance(policy, Standing.none(), at(Instant.parse("2026-11-30T23:59:59Z"), 0));
        standing = model.reserve(standing, 300);
        standing = model.advance(policy, standing, at(Instant.parse("2026-12-01T00:00:00Z"), 1));
        standing = model.fetched(standing, 300);
        require(
                standing.bytesThisMonth() == 300,
                standing.bytesThisMonth() + " bytes of 300 that came in the new month");
    }

    private static void monthOfTheWall(PolicyModel model, String zone, String sameMonth) {
        SitePolicy policy = policy(zone);
        Instant end = Instant.parse(sameMonth);
        Standing standing = model.advance(policy, Standing.none(), at(end.minusSeconds(3_600), 0));
        standing = model.fetched(model.reserve(standing, BUDGET), BUDGET);
        standing = model.waitFor(policy, standing, Site.update(1), at(end, 3_600));
        require(
                model.decide(policy, Phase.DOWNLOAD, Site.update(1), at(end, 3_600), standing) instanceof Decision.Wait,
                "it goes on in " + zone + ", where the month isn't over");
    }
}

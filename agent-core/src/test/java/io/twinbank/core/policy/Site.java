// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.twinbank.core.suit.Digest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;

/** A device at a site, for tests: time passes, and the policy is asked. */
final class Site {
    static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    final SitePolicy policy;
    Update update = update(1);
    Situation now;
    Standing standing = Standing.none();

    Site(SitePolicy policy, String localTime) {
        this.policy = policy;
        now = new Situation(
                Optional.of(LocalDateTime.parse(localTime).atZone(policy.zone()).toInstant()),
                Duration.ofHours(1),
                Power.mains(),
                Link.UNMETERED,
                Optional.empty());
    }

    static SitePolicy.Builder berlin() {
        return SitePolicy.builder().zone(BERLIN);
    }

    static Update update(int number) {
        return new Update(Digest.sha256Of(new byte[] {(byte) number}), 1_000, 100, false, Rollout.everybody());
    }

    Site passes(Duration time) {
        now = now.after(time.toSeconds());
        return this;
    }

    Site reboots(Duration off) {
        now = with(now.wallClock().map(time -> time.plus(off)), Duration.ZERO);
        return this;
    }

    Site clock(Optional<Instant> wall) {
        now = with(wall, now.sinceBoot());
        return this;
    }

    Site noClock() {
        return clock(Optional.empty());
    }

    private Situation with(Optional<Instant> wall, Duration sinceBoot) {
        return new Situation(wall, sinceBoot, now.power(), now.link(), now.shutGate());
    }

    Site on(Power power) {
        now = new Situation(now.wallClock(), now.sinceBoot(), power, now.link(), now.shutGate());
        return this;
    }

    Site over(Link link) {
        now = new Situation(now.wallClock(), now.sinceBoot(), now.power(), link, now.shutGate());
        return this;
    }

    Site gate(Optional<String> shut) {
        now = new Situation(now.wallClock(), now.sinceBoot(), now.power(), now.link(), shut);
        return this;
    }

    Site offered(Update next) {
        update = next;
        standing = policy.waitFor(standing, update, now);
        return this;
    }

    Decision decides(Phase phase) {
        standing = policy.waitFor(standing, update, now);
        return policy.decide(phase, update, now, standing);
    }

    Decision.Wait waits(Phase phase) {
        return assertInstanceOf(Decision.Wait.class, decides(phase));
    }

    Decision.Go goes(Phase phase) {
        return assertInstanceOf(Decision.Go.class, decides(phase));
    }

    Instant local(String time) {
        return LocalDateTime.parse(time).atZone(policy.zone()).toInstant();
    }
}

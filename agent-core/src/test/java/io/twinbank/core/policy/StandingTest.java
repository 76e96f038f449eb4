// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.suit.Digest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StandingTest {
    private static final SitePolicy POLICY = SitePolicy.builder()
            .budget(1_000)
            .rule(Phase.RESET, PhaseRule.open().withConsent())
            .consent(new Consent(Duration.ofDays(1), 3, Duration.ofDays(1)))
            .build();

    static Stream<Standing> standings() {
        Situation now = situation(Optional.of(Instant.parse("2026-12-01T12:00:00Z")), 3_600);
        Situation untrusted = situation(Optional.empty(), 60);
        Update update = new Update(Digest.sha256Of(new byte[1]), 1_000, 10, false, Rollout.everybody());
        Update large =
                new Update(new Digest(-44, new byte[64]), Long.MAX_VALUE, Long.MAX_VALUE, true, Rollout.everybody());
        Standing waiting = POLICY.waitFor(Standing.none(), update, now);
        Standing full =
                POLICY.waitFor(Standing.none(), large, situation(Optional.of(Instant.MAX), Counted.MAX_SECONDS));
        for (int hour = 0; hour < LoadByHour.HOURS; hour++) {
            full = full.observe(hour, 1);
        }
        return Stream.of(
                Standing.none(),
                POLICY.waitFor(Standing.none(), update, untrusted),
                waiting.reserve(500).observe(167, 0.5),
                POLICY.defer(waiting, now, Duration.ofHours(1)),
                POLICY.advance(waiting.consent(), untrusted),
                full.reserve(Long.MAX_VALUE).reserve(Long.MAX_VALUE));
    }

    static Situation situation(Optional<Instant> wall, long sinceBoot) {
        return new Situation(wall, Duration.ofSeconds(sinceBoot), Power.unknown(), Link.UNKNOWN, Optional.empty());
    }

    @ParameterizedTest
    @MethodSource("standings")
    void decode_whatWasEncoded_isTheSame(Standing standing) throws RejectedException {
        byte[] bytes = standing.encode();

        Standing decoded = Standing.decode(bytes);

        assertEquals(standing, decoded);
        assertArrayEquals(bytes, decoded.encode());
        assertTrue(bytes.length <= 320, bytes.length + " bytes");
    }

    @Test
    void decode_tooLarge_isRefusedWithTheLimit() {
        RejectedException refused = assertThrows(RejectedException.class, () -> Standing.decode(new byte[513]));

        assertEquals(RejectReason.LIMIT_EXCEEDED, refused.rejection().reason());
        assertTrue(refused.getMessage().contains("513"), refused.getMessage());
        assertTrue(refused.getMessage().contains("at most 512"), refused.getMessage());
    }

    @Test
    void decode_anotherFormat_isUnsupported() {
        byte[] bytes = Standing.none().encode();
        bytes[1] = 2;

        RejectedException refused = assertThrows(RejectedException.class, () -> Standing.decode(bytes));

        assertEquals(RejectReason.UNSUPPORTED, refused.rejection().reason());
    }

    @Test
    void decode_moreReservedThanUsed_isMalformed() {
        byte[] bytes = new CborWriter()
                .array(a -> a.integer(1)
                        .array(w -> w.integer(0).integer(0).bool(false).nil())
                        .nil()
                        .array(w -> w.nil().integer(0).integer(1).integer(2))
                        .integer(0)
                        .bytes(new byte[168]))
                .toByteArray();

        RejectedException refused = assertThrows(RejectedException.class, () -> Standing.decode(bytes));

        assertEquals(RejectReason.MALFORMED, refused.rejection().reason());
        assertTrue(refused.getMessage().contains("reserved: 2 of 1 bytes"), refused.getMessage());
    }

    @Test
    void reserve_cutBeforeItIsTold_countsAsUsed() {
        Standing standing = Standing.none().reserve(100);

        assertEquals(200, standing.reserve(100).bytesThisMonth());
        assertEquals(140, standing.reserve(100).fetched(40).bytesThisMonth());
    }

    @Test
    void fetched_moreThanWasReserved_countsAll() {
        assertEquals(150, Standing.none().reserve(100).fetched(150).bytesThisMonth());
    }

    @Test
    void advance_monthEndsWhileBytesAreReserved_takesThemAlong() {
        Standing december =
                POLICY.advance(Standing.none(), situation(Optional.of(Instant.parse("2026-12-31T23:59:59Z")), 0));

        Standing january = POLICY.advance(
                december.reserve(600).fetched(600).reserve(300),
                situation(Optional.of(Instant.parse("2027-01-01T00:00:00Z")), 1));

        assertEquals(300, january.bytesThisMonth());
        assertEquals(200, january.fetched(200).bytesThisMonth());
    }

    @Test
    void advance_clockGoesBack_keepsTheMonthAndEndsItAfter32Days() {
        Standing january = POLICY.advance(
                        Standing.none(), situation(Optional.of(Instant.parse("2027-01-01T00:00:00Z")), 0))
                .reserve(1_000);
        Instant back = Instant.parse("2026-12-01T00:00:00Z");

        Standing soon = POLICY.advance(january, situation(Optional.of(back), 31 * 86_400));
        Standing later = POLICY.advance(january.fetched(1_000), situation(Optional.of(back), 32 * 86_400));

        assertEquals(1_000, soon.bytesThisMonth());
        assertEquals(0, later.bytesThisMonth());
    }

    @Test
    void advance_clockJumpsAheadAndBackAndAgain_givesOneMonthMore() {
        Instant now = Instant.parse("2026-12-01T00:00:00Z");
        Instant ahead = Instant.parse("2099-01-01T00:00:00Z");
        Standing standing = POLICY.advance(Standing.none(), situation(Optional.of(now), 0))
                .reserve(1_000)
                .fetched(1_000);

        standing = POLICY.advance(standing, situation(Optional.of(ahead), 1))
                .reserve(1_000)
                .fetched(1_000);
        assertEquals(1_000, standing.bytesThisMonth());
        standing = POLICY.advance(standing, situation(Optional.of(now), 2));
        standing = POLICY.advance(standing, situation(Optional.of(ahead), 3));

        assertEquals(1_000, standing.bytesThisMonth());
    }

    @Test
    void advance_clockNotTrusted_beginsAMonthAfter32Days() {
        Standing standing = POLICY.advance(Standing.none(), situation(Optional.empty(), 0))
                .reserve(1_000)
                .fetched(1_000);

        assertEquals(
                1_000,
                POLICY.advance(standing, situation(Optional.empty(), 32 * 86_400 - 1))
                        .bytesThisMonth());
        assertEquals(
                0,
                POLICY.advance(standing, situation(Optional.empty(), 32 * 86_400))
                        .bytesThisMonth());
    }

    @Test
    void advance_clockComesBackInAMonthThatWasCounted_isTheSameMonth() {
        Standing november =
                POLICY.advance(Standing.none(), situation(Optional.of(Instant.parse("2026-11-01T00:00:00Z")), 0));
        Standing december = POLICY.advance(november, situation(Optional.empty(), 32 * 86_400))
                .reserve(1_000)
                .fetched(1_000);

        Standing known =
                POLICY.advance(december, situation(Optional.of(Instant.parse("2026-12-20T00:00:00Z")), 49 * 86_400));

        assertEquals(1_000, known.bytesThisMonth());
    }

    @Test
    void advance_monthInTheZone_isTheWallsNotUtcs() {
        SitePolicy auckland =
                SitePolicy.builder().zone(ZoneOffset.ofHours(13)).budget(1_000).build();
        Standing november = auckland.advance(
                        Standing.none(), situation(Optional.of(Instant.parse("2026-11-30T10:59:59Z")), 0))
                .reserve(1_000)
                .fetched(1_000);

        assertEquals(
                0,
                auckland.advance(november, situation(Optional.of(Instant.parse("2026-11-30T11:00:00Z")), 1))
                        .bytesThisMonth());
    }

    @Test
    void observe_sameLoadEachWeek_comesNearAndAnOldOneFades() {
        Standing standing = Standing.none();
        for (int week = 0; week < 20; week++) {
            standing = standing.observe(5, 0.4);
        }
        assertEquals(40, standing.loadPercent(5), 1);
        assertEquals(100, standing.loadPercent(6), "never observed");

        for (int week = 0; week < 12; week++) {
            standing = standing.observe(5, 0.1);
        }

        assertEquals(10, standing.loadPercent(5), 2);
    }

    @Test
    void observe_whatIsNoLoad_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> Standing.none().observe(0, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Standing.none().observe(0, 1.01));
        assertThrows(IndexOutOfBoundsException.class, () -> Standing.none().observe(168, 0));
    }
}

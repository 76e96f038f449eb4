// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.twinbank.core.RejectedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, they are refused, or are a standing that is encoded just so, and that a policy can decide by. */
@Tag("fuzz")
class PolicyFuzzTest {
    private static final SitePolicy POLICY = SitePolicy.builder()
            .budget(1_000)
            .deadline(Duration.ofDays(7))
            .rule(Phase.RESET, PhaseRule.open().in("Mon-Fri 22:00-04:00").withConsent())
            .consent(new Consent(Duration.ofDays(1), 3, Duration.ofDays(1)))
            .quiet(new QuietHours(5))
            .build();

    static Stream<byte[]> standings() {
        return StandingTest.standings().map(Standing::encode);
    }

    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    @MethodSource("standings")
    @FuzzTest(maxDuration = "5s")
    void decode_anyBytes_isRefusedOrEncodesToTheSame(byte[] bytes) {
        Standing standing;
        try {
            standing = Standing.decode(bytes);
        } catch (RejectedException e) {
            e.rejection().reason();
            return;
        }
        assertArrayEquals(bytes, standing.encode());
        for (Optional<Instant> wall : Stream.of("1970-01-01T00:00:00Z", "2026-12-01T00:00:00Z", "9999-12-31T23:59:59Z")
                .map(time -> Optional.of(Instant.parse(time)))
                .toList()) {
            for (Phase phase : Phase.values()) {
                POLICY.decide(phase, Site.update(1), StandingTest.situation(wall, 1), standing);
                POLICY.decide(phase, Site.update(1), StandingTest.situation(Optional.empty(), 1), standing);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration BASE = Duration.ofSeconds(1);
    private static final Duration CAP = Duration.ofSeconds(5);

    @Test
    void next_repeated_doublesUpToTheCap() {
        Backoff backoff = new Backoff(BASE, CAP, () -> 1.0);

        List<Long> seconds =
                Stream.generate(backoff::next).limit(5).map(Duration::toSeconds).toList();

        assertEquals(List.of(1L, 2L, 4L, 5L, 5L), seconds);
    }

    @Test
    void next_random_isThatPartOfTheCeiling() {
        Backoff backoff = new Backoff(BASE, CAP, () -> 0.25);

        assertEquals(Duration.ofMillis(250), backoff.next());
        assertEquals(Duration.ofMillis(500), backoff.next());
    }

    @Test
    void next_afterReset_startsAtTheBase() {
        Backoff backoff = new Backoff(BASE, CAP, () -> 1.0);
        backoff.next();
        backoff.next();

        backoff.reset();

        assertEquals(BASE, backoff.next());
    }
}

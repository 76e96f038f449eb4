// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.internal.record.Security;
import io.twinbank.hal.DeviceClock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What time it is at least, on a device whose clock may not know, or may be wrong: not before the agent was built, nor before
 * those who vouch for the trust set made the set in force. A clock that says so is no clock. What servers say of the time
 * counts as well, but in memory only, for one that lies must not expire everything for good; and it makes no clock a liar,
 * for a server may be a little ahead.
 */
final class TimeFloor {
    private final DeviceClock clock;
    private final long built;
    private final AtomicLong heard = new AtomicLong();

    TimeFloor(DeviceClock clock, Instant built) {
        this.clock = clock;
        this.built = built.getEpochSecond();
    }

    /** A server that proved who it is says what time it is. On any thread. */
    void hear(Instant date) {
        heard.accumulateAndGet(date.getEpochSecond(), Math::max);
    }

    /**
     * Judges a date.
     *
     * @param until when it expires, in seconds since 1970
     * @param security what root keys said of the time
     */
    Validity judge(long until, Security security) {
        if (until <= latest(security).getEpochSecond()) {
            return Validity.EXPIRED;
        }
        return believed(security).isPresent() ? Validity.VALID : Validity.CANT_TELL;
    }

    /** Returns the latest time that it is known to be. */
    Instant latest(Security security) {
        Instant known = believed(security).orElse(Instant.ofEpochSecond(kept(security)));
        Instant said = Instant.ofEpochSecond(heard.get());
        return said.isAfter(known) ? said : known;
    }

    /** Returns the clock's time, where nothing that is known says that it is wrong. */
    Optional<Instant> believed(Security security) {
        return clock.wallClock().filter(now -> now.getEpochSecond() >= kept(security));
    }

    private long kept(Security security) {
        return Math.max(built, security.timeFloor());
    }
}

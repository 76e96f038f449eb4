// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.YearMonth;
import java.util.Optional;

/**
 * The bytes of a month. The month never goes back, and a new one begins when the clock shows a later one, or after {@value
 * #LONGEST_DAYS} counted days, which is more than any month has, also one in which clocks are put back: then the clock was
 * wrong, or isn't trusted. So a clock that jumps ahead gives at most one month's bytes too many, and no clock starves.
 *
 * @param month which; empty until the clock was trusted
 * @param since when it began, in counted seconds
 * @param used bytes that were fetched in it or reserved
 * @param reserved those of them that may not have been fetched yet
 */
record Spent(Optional<YearMonth> month, long since, long used, long reserved) {
    static final int LONGEST_DAYS = 32;
    static final long LONGEST = LONGEST_DAYS * 86_400L;
    static final Spent NOTHING = new Spent(Optional.empty(), 0, 0, 0);

    Spent {
        if (reserved > used) {
            throw new IllegalArgumentException("reserved: " + reserved + " of " + used + " bytes that were used");
        }
    }

    Spent at(long counted, Optional<YearMonth> now) {
        if (month.isEmpty() && now.isPresent()) {
            // what was used before may have been in this month
            return new Spent(now, counted, used, reserved);
        }
        boolean later = now.isPresent() && now.get().isAfter(month.orElseThrow());
        if (!later && counted - since < LONGEST) {
            return this;
        }
        Optional<YearMonth> next = now.isPresent() ? now : month.map(before -> before.plusMonths(1));
        // what is reserved may be fetched in the new month
        return new Spent(next, counted, reserved, reserved);
    }

    /** The device was off, and a month that began after the clock was trusted last may not have lasted while it was. */
    Spent off(long seconds, long trusted) {
        return since >= trusted ? new Spent(month, since + seconds, used, reserved) : this;
    }

    long left(long perMonth) {
        return Math.max(0, perMonth - used);
    }

    Spent reserve(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes + ", not at least 0");
        }
        return new Spent(month, since, plus(used, bytes), bytes);
    }

    Spent fetched(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes + ", not at least 0");
        }
        return new Spent(month, since, plus(used - reserved, bytes), 0);
    }

    Spent came(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes + ", not at least 0");
        }
        return new Spent(month, since, plus(used, bytes), reserved);
    }

    private static long plus(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }
}

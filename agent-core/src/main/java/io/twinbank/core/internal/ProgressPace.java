// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import java.time.Duration;

/** Decides which progress is told to the other side: on a link that is paid by the byte a status costs as much as a chunk. */
final class ProgressPace {
    static final Duration SPACING = Duration.ofSeconds(30);
    static final int STEP_PERCENT = 10;

    private Duration toldAt = Duration.ZERO;
    private int toldPercent;

    /** A download or a read-back begins. */
    void begun(Duration now) {
        toldAt = now;
        toldPercent = 0;
    }

    /** Tells whether it is due, which counts as telling it: both the time has passed and that much is done. */
    boolean isDue(long doneBytes, long totalBytes, Duration now) {
        int percent = totalBytes <= 0 ? 0 : (int) (100.0 * doneBytes / totalBytes);
        toldPercent = Math.min(toldPercent, percent); // it began anew
        if (now.minus(toldAt).compareTo(SPACING) < 0 || percent - toldPercent < STEP_PERCENT) {
            return false;
        }
        toldAt = now;
        toldPercent = percent;
        return true;
    }
}

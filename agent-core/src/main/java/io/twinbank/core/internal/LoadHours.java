// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.policy.SitePolicy;
import io.twinbank.core.policy.Situation;
import io.twinbank.core.policy.Standing;
import java.util.OptionalDouble;

/** Averages the samples of an hour of the week, and has the policy learn each hour once it is over. */
final class LoadHours {
    private static final int NONE = -1;

    private final SitePolicy policy;
    private int hour = NONE;
    private double sum;
    private int samples;

    LoadHours(SitePolicy policy) {
        this.policy = policy;
    }

    /** Takes a sample; without a trusted clock nobody knows which hour it is of. */
    Standing sample(Standing standing, Situation now, OptionalDouble load) {
        int current = now.wallClock().map(policy::hourOfWeek).orElse(NONE);
        Standing next = standing;
        if (current != hour) {
            if (hour != NONE && samples > 0) {
                next = standing.observe(hour, sum / samples);
            }
            hour = current;
            sum = 0;
            samples = 0;
        }
        if (load.isPresent()) {
            sum += Math.min(1, Math.max(0, load.getAsDouble()));
            samples++;
        }
        return next;
    }
}

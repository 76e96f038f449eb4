// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.OtaAgentConfig;
import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Cancellable;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.hal.HalException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a trial whose agent thread hangs, such as in somebody's driver: a task on a thread of its own that may reset the board, and
 * nothing else; and behind it the hardware's watchdog.
 */
final class TrialGuard {
    /** How much later than the trial's deadline: time for the agent to roll back in order. */
    static final Duration GUARD_GRACE = Duration.ofSeconds(10);
    /** The hardware waits for the guard as well. */
    static final Duration WATCHDOG_GRACE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(TrialGuard.class);

    private final OtaAgentConfig config;
    private final Scheduler scheduler;
    private @Nullable Cancellable armed;

    TrialGuard(OtaAgentConfig config, Scheduler scheduler) {
        this.config = config;
        this.scheduler = scheduler;
    }

    /** Arms the guard, once for a boot, before anything else in a trial can hang. */
    void arm() {
        if (armed == null) {
            Duration left = config.confirmWithin()
                    .plus(GUARD_GRACE)
                    .minus(config.platform().clock().sinceBoot());
            config.platform().watchdog().deadline(config.confirmWithin().plus(WATCHDOG_GRACE));
            armed = scheduler.after(Lane.GUARD, left.isNegative() ? GUARD_GRACE : left, this::reset);
        }
    }

    /** The trial is over and the image is permanent. */
    void disarm() {
        if (armed != null) {
            armed.cancel();
            armed = null;
            config.platform().watchdog().cancel();
        }
    }

    private void reset() {
        LOG.error("the trial wasn't decided {} s after its deadline: resetting", GUARD_GRACE.toSeconds());
        try {
            config.platform().resetControl().reset();
        } catch (HalException e) {
            LOG.error("the guard's reset was refused; the watchdog is left", e);
        }
    }
}

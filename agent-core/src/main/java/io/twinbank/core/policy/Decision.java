// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether a phase may begin or go on. */
public sealed interface Decision {
    /**
     * It may.
     *
     * @param passed a sentence for each restriction that would have held it and didn't, as the update is an emergency or the
     *     deadline is over
     */
    record Go(List<String> passed) implements Decision {
        /** Copies the sentences. */
        public Go {
            passed = List.copyOf(passed);
        }
    }

    /**
     * It has to wait.
     *
     * @param what for what: the first restriction that holds, in the order of the constants
     * @param sentence for a person, such as {@code waiting to restart until Tue 22:00 (Europe/Berlin), when the window Mon-Fri
     *     22:00-04:00 opens}
     * @param until when it ends by itself, by the clock, so when to ask again; never later than the first time that the phase
     *     may go on if nothing else changes, though something else may hold then. Empty if it doesn't end by itself, or the clock
     *     isn't trusted
     * @param atMost in how much uptime that is, in whole seconds; known without a clock as well
     */
    record Wait(Restriction what, String sentence, Optional<Instant> until, Optional<Duration> atMost)
            implements Decision {}
}

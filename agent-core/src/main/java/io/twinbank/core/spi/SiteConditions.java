// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

import io.twinbank.core.policy.Link;
import io.twinbank.core.policy.Power;
import java.util.OptionalDouble;

/**
 * What is so at the site now, for its {@link io.twinbank.core.policy.SitePolicy}. Asked on the agent thread, every half a minute
 * while something waits or is downloaded; must return at once. What throws isn't known.
 */
public interface SiteConditions {
    /**
     * Returns what the device runs on.
     *
     * @return unknown, unless overridden
     */
    default Power power() {
        return Power.unknown();
    }

    /**
     * Returns what the device is connected by.
     *
     * @return unknown, unless overridden
     */
    default Link link() {
        return Link.UNKNOWN;
    }

    /**
     * Returns how busy the device is with what it is for. Asked every five minutes where restarts wait for a quiet hour.
     *
     * @return 0 (idle) to 1; empty, which teaches nothing, unless overridden
     */
    default OptionalDouble load() {
        return OptionalDouble.empty();
    }
}

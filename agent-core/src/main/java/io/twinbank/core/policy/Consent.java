// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import java.time.Duration;

/**
 * How long somebody at the site is asked. No answer is consent, so that an empty house doesn't keep a device from updates; who
 * doesn't want it yet postpones it, and is asked again afterwards.
 *
 * @param answerWithin how long an answer is awaited, each time that it is asked for
 * @param maxDeferrals how often it can be postponed, 0 to 100
 * @param longestDeferral for how long each time at most
 */
public record Consent(Duration answerWithin, int maxDeferrals, Duration longestDeferral) {
    private static final int MOST = 100;

    public Consent {
        if (answerWithin.isNegative()) {
            throw new IllegalArgumentException("answerWithin: " + answerWithin + ", not at least 0");
        }
        if (maxDeferrals < 0 || maxDeferrals > MOST) {
            throw new IllegalArgumentException("maxDeferrals: " + maxDeferrals + ", not between 0 and " + MOST);
        }
        if (longestDeferral.isNegative()) {
            throw new IllegalArgumentException("longestDeferral: " + longestDeferral + ", not at least 0");
        }
    }
}

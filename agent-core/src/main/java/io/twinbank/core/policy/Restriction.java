// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

/**
 * What may hold an update. The order is that in which they are asked, and the first that holds is what is said to be waited
 * for: first what needs somebody else, then what ends at a known time, then what ends by itself at any time.
 */
public enum Restriction {
    /** The rollout hasn't come to this device. Never ends by itself. */
    ROLLOUT,
    /** Somebody at the site has to agree. Ends with the deadline. */
    CONSENT,
    /** No window is open. Ends with the deadline. */
    WINDOW,
    /** A quieter hour comes. Ends with the deadline. */
    QUIET,
    /** The link is metered, or may be. */
    LINK,
    /** The month's bytes are used up. */
    BUDGET,
    /** There is no mains power, or too little in the battery. */
    POWER,
    /** The embedder keeps a gate shut. */
    GATE;

    /** Whether it holds no longer than to the deadline. */
    boolean endsWithDeadline() {
        return this == CONSENT || this == WINDOW || this == QUIET;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import java.util.Set;

/**
 * When the maker rotates its keys: the first firmware key is revoked and a second one named.
 *
 * @param before before which offer, counted from 0; -1 for never
 * @param gateShut whether the install gate is shut until the device believes the second one
 * @param stolen offers after it that the first key has signed all the same
 */
record Rotation(int before, boolean gateShut, Set<Integer> stolen) {
    static final Rotation NEVER = new Rotation(-1, false, Set.of());

    boolean isPlanned() {
        return before >= 0;
    }

    /** Whether the second key signs an offer. */
    boolean signedBySecond(int offer) {
        return isPlanned() && offer >= before && !stolen.contains(offer);
    }

    /** Whether an offer (-1 for what is none) can't be installed: it is still staged when its key is revoked, or comes later. */
    boolean revokes(int offer) {
        return stolen.contains(offer) || (gateShut && offer >= 0 && offer < before);
    }
}

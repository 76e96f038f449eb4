// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import java.util.HashSet;
import java.util.Set;

/**
 * When the maker rotates its keys: the first firmware key is revoked and a second one named.
 *
 * @param before before which offer, counted from 0; -1 for never
 * @param gateShut whether the install gate is shut until the device believes the second one
 * @param stolen offers after it that the first key has signed all the same
 * @param withdrawn offers after it whose manifests it revokes, though the second key has signed them
 */
record Rotation(int before, boolean gateShut, Set<Integer> stolen, Set<Integer> withdrawn) {
    static final Rotation NEVER = new Rotation(-1, false, Set.of(), Set.of());

    Rotation {
        stolen = Set.copyOf(stolen);
        withdrawn = Set.copyOf(withdrawn);
    }

    Rotation before(int offer) {
        return new Rotation(offer, gateShut, stolen, withdrawn);
    }

    Rotation withGateShut() {
        return new Rotation(before, true, stolen, withdrawn);
    }

    Rotation withStolen(int offer) {
        return new Rotation(before, gateShut, with(stolen, offer), withdrawn);
    }

    Rotation withWithdrawn(int offer) {
        return new Rotation(before, gateShut, stolen, with(withdrawn, offer));
    }

    private static Set<Integer> with(Set<Integer> offers, int offer) {
        Set<Integer> more = new HashSet<>(offers);
        more.add(offer);
        return more;
    }

    boolean isPlanned() {
        return before >= 0;
    }

    /** Whether the second key signs an offer. */
    boolean signedBySecond(int offer) {
        return isPlanned() && offer >= before && !stolen.contains(offer);
    }

    /**
     * Whether an offer (-1 for what is none) can't be installed: it or its key is revoked before it comes, or while it is
     * still staged.
     */
    boolean revokes(int offer) {
        return stolen.contains(offer) || withdrawn.contains(offer) || (gateShut && offer >= 0 && offer < before);
    }
}

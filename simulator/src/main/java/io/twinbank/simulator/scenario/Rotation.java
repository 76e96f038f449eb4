// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import java.util.HashSet;
import java.util.Set;

/**
 * When the maker's trust set takes the place of the factory's policy: the first firmware key is revoked and a second one named,
 * or the first one stays and only manifests are revoked.
 *
 * @param before before which offer, counted from 0; -1 for never
 * @param keyStays whether the first firmware key stays
 * @param gateShut whether the install gate is shut until the device has the set
 * @param stolen offers after it that the first key has signed all the same
 * @param withdrawn offers whose manifests it revokes, though a good key has signed them
 */
record Rotation(int before, boolean keyStays, boolean gateShut, Set<Integer> stolen, Set<Integer> withdrawn) {
    static final Rotation NEVER = new Rotation(-1, false, false, Set.of(), Set.of());

    Rotation {
        stolen = Set.copyOf(stolen);
        withdrawn = Set.copyOf(withdrawn);
    }

    Rotation before(int offer) {
        return new Rotation(offer, keyStays, gateShut, stolen, withdrawn);
    }

    Rotation withKeyStaying() {
        return new Rotation(before, true, gateShut, stolen, withdrawn);
    }

    Rotation withGateShut() {
        return new Rotation(before, keyStays, true, stolen, withdrawn);
    }

    Rotation withStolen(int offer) {
        return new Rotation(before, keyStays, gateShut, with(stolen, offer), withdrawn);
    }

    Rotation withWithdrawn(int offer) {
        return new Rotation(before, keyStays, gateShut, stolen, with(withdrawn, offer));
    }

    private static Set<Integer> with(Set<Integer> offers, int offer) {
        Set<Integer> more = new HashSet<>(offers);
        more.add(offer);
        return more;
    }

    boolean isPlanned() {
        return before >= 0;
    }

    /** Whether the second key signs in the end. */
    boolean namesSecond() {
        return isPlanned() && !keyStays;
    }

    /** Whether the second key signs an offer. */
    boolean signedBySecond(int offer) {
        return namesSecond() && offer >= before && !stolen.contains(offer);
    }

    /**
     * Whether an offer (-1 for what is none) can't be installed: it or its key is revoked before it comes, or while it is
     * still staged.
     */
    boolean revokes(int offer) {
        boolean waitsInVain = namesSecond() && gateShut && offer >= 0 && offer < before;
        return stolen.contains(offer) || withdrawn.contains(offer) || waitsInVain;
    }
}

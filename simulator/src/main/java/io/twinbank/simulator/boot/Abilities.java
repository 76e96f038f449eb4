// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

/**
 * What a boot loader can and can't do. An oracle asks of it no more than this; an agent must be right with any of them.
 *
 * @param maxAttempts how many boots a trial can have, at least 1
 * @param verifies whether it boots only what it has verified, signature and security version; one that doesn't boots whatever
 *     begins with a header in a bank that carries the marker
 * @param tellsFallback whether it tells that it fell back; with one that clears the trial on the way home only the running
 *     bank and the id of the last trial tell
 * @param countsConfirmedBoots whether each boot of a permanent bank uses up an attempt as well, so that it writes its
 *     variables at every boot
 * @param survivesLostVariables whether it tries both banks in turn, as a trial, once its variables are lost; one that doesn't
 *     takes its default bank as permanent
 * @param lastResort whether it boots a bank on trial without attempts rather than nothing, and the other bank rather than
 *     nothing
 */
public record Abilities(
        int maxAttempts,
        boolean verifies,
        boolean tellsFallback,
        boolean countsConfirmedBoots,
        boolean survivesLostVariables,
        boolean lastResort) {
    public Abilities {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts must be at least 1, not " + maxAttempts);
        }
    }

    /**
     * Returns the abilities of a loader that owes nothing.
     *
     * @param maxAttempts how many boots a trial can have
     * @return all that {@link io.twinbank.hal.BootControl} asks for
     */
    public static Abilities all(int maxAttempts) {
        return new Abilities(maxAttempts, true, true, false, true, true);
    }

    Abilities unverified() {
        return new Abilities(
                maxAttempts, false, tellsFallback, countsConfirmedBoots, survivesLostVariables, lastResort);
    }

    Abilities silentFallback() {
        return new Abilities(maxAttempts, verifies, false, countsConfirmedBoots, survivesLostVariables, lastResort);
    }

    Abilities countingEveryBoot() {
        return new Abilities(maxAttempts, verifies, tellsFallback, true, survivesLostVariables, lastResort);
    }

    Abilities lostForGood() {
        return new Abilities(maxAttempts, verifies, tellsFallback, countsConfirmedBoots, false, lastResort);
    }
}

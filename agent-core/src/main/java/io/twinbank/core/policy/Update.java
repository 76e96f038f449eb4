// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import io.twinbank.core.suit.Digest;

/**
 * What a policy has to know of an update. The signed manifest says it; a signed command may have raised the last two.
 *
 * @param manifest the manifest's digest, which tells updates apart
 * @param bytes how many bytes are still to be fetched; 0 once all are there
 * @param atOnce how many of them have to be fetched at once, for nothing of less is kept: one checkpoint; all of them where the
 *     bank can't resume
 * @param emergency whether it may pass what the site lets an emergency pass
 * @param rollout whether it is this device's turn
 */
public record Update(Digest manifest, long bytes, long atOnce, boolean emergency, Rollout rollout) {
    public Update {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes + ", not at least 0");
        }
        if (atOnce < 1) {
            throw new IllegalArgumentException("atOnce: " + atOnce + ", not at least 1");
        }
    }

    /**
     * Returns the same update later.
     *
     * @param bytesLeft how many bytes are still to be fetched then
     * @return the update
     */
    public Update withBytes(long bytesLeft) {
        return new Update(manifest, bytesLeft, atOnce, emergency, rollout);
    }

    /** How many bytes the next piece has. */
    long piece() {
        return Math.min(atOnce, bytes);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import io.twinbank.core.suit.Digest;

/**
 * That an update is waited for. Times are seconds as {@link Counted} counts them.
 *
 * @param manifest which
 * @param since from when on
 * @param consented whether somebody agreed to it
 * @param deferrals how often it was postponed
 * @param deferredAt the last time when; 0 for never
 * @param deferredFor for how long then
 * @param paused whether time stands still, as the rollout holds what is offered
 */
record Waiting(
        Digest manifest,
        long since,
        boolean consented,
        int deferrals,
        long deferredAt,
        long deferredFor,
        boolean paused) {
    static Waiting begin(Digest manifest, long now) {
        return new Waiting(manifest, now, false, 0, 0, 0, false);
    }

    /** Takes over the wait for the update before: a release a day would otherwise begin it anew each day. */
    Waiting inheritedBy(Digest successor) {
        boolean same = manifest.equals(successor);
        return new Waiting(successor, since, same && consented, deferrals, deferredAt, deferredFor, false);
    }

    Waiting pause() {
        return new Waiting(manifest, since, consented, deferrals, deferredAt, deferredFor, true);
    }

    /**
     * The same after some time.
     *
     * @param seconds that were counted
     * @param off those of them that the device was off
     * @param trusted what was counted when the clock was trusted last: what began later may not have lasted while it was off
     */
    Waiting after(long seconds, long off, long trusted) {
        long stood = paused ? seconds : since >= trusted ? off : 0;
        long deferral = deferredAt >= trusted ? deferredAt + off : deferredAt;
        return new Waiting(manifest, since + stood, consented, deferrals, deferral, deferredFor, paused);
    }

    Waiting consent() {
        return new Waiting(manifest, since, true, deferrals, deferredAt, deferredFor, paused);
    }

    Waiting defer(long now, long seconds) {
        return new Waiting(manifest, since, false, deferrals + 1, now, seconds, paused);
    }

    long deferredUntil() {
        return deferredAt + deferredFor;
    }

    /** When consent was asked for the last time. */
    long asked() {
        return Math.max(since, deferredUntil());
    }
}

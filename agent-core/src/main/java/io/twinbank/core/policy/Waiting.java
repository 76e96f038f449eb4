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
 * @param deferredUntil the last time until when; 0 for never
 * @param paused whether time stands still, as the rollout holds what is offered
 */
record Waiting(Digest manifest, long since, boolean consented, int deferrals, long deferredUntil, boolean paused) {
    static Waiting begin(Digest manifest, long now) {
        return new Waiting(manifest, now, false, 0, 0, false);
    }

    /** Takes over the wait for the update before: a release a day would otherwise begin it anew each day. */
    Waiting inheritedBy(Digest successor) {
        boolean same = manifest.equals(successor);
        return new Waiting(successor, since, same && consented, deferrals, deferredUntil, false);
    }

    Waiting pause() {
        return new Waiting(manifest, since, consented, deferrals, deferredUntil, true);
    }

    Waiting after(long seconds) {
        return paused ? new Waiting(manifest, since + seconds, consented, deferrals, deferredUntil, true) : this;
    }

    Waiting consent() {
        return new Waiting(manifest, since, true, deferrals, deferredUntil, paused);
    }

    Waiting defer(long until) {
        return new Waiting(manifest, since, false, deferrals + 1, until, paused);
    }

    /** When consent was asked for the last time. */
    long asked() {
        return Math.max(since, deferredUntil);
    }
}

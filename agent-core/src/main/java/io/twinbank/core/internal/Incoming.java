// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.Outcome;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An offer on its way through the engine.
 *
 * @param envelope the envelope's bytes
 * @param settled run once it is journalled or judged, so that its message can be acknowledged
 * @param asker completed with the outcome; empty for an offer that came by the transport, perhaps again and again: who published
 *     it reads reports
 */
record Incoming(byte[] envelope, Runnable settled, Optional<CompletableFuture<Outcome>> asker) {
    /** Ends the offer with an outcome that is not stored. */
    void answer(Outcome outcome) {
        settled.run();
        tell(outcome);
    }

    /** Tells who asked, if somebody did. */
    void tell(Outcome outcome) {
        asker.ifPresent(answer -> answer.complete(outcome));
    }

    /** Has its message acknowledged now, before it is judged. */
    Incoming acknowledged() {
        settled.run();
        return new Incoming(envelope, () -> {}, asker);
    }

    /** Returns the same offer, made by the agent itself: nobody waits for its message or its answer. */
    Incoming again() {
        return new Incoming(envelope, () -> {}, Optional.empty());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.core.Outcome;
import java.util.concurrent.CompletableFuture;

/**
 * An offer on its way through the engine.
 *
 * @param envelope the envelope's bytes
 * @param settled run once it is journalled or judged, so that its message can be acknowledged
 * @param answer completed with the outcome
 */
record Incoming(byte[] envelope, Runnable settled, CompletableFuture<Outcome> answer) {
    /** Ends the offer with an outcome that is not stored. */
    void answer(Outcome outcome) {
        settled.run();
        answer.complete(outcome);
    }

    /** Has its message acknowledged now, before it is judged. */
    Incoming acknowledged() {
        settled.run();
        return new Incoming(envelope, () -> {}, answer);
    }

    /** Returns the same offer, made by the agent itself: nobody waits for its message or its answer. */
    Incoming again() {
        return new Incoming(envelope, () -> {}, new CompletableFuture<>());
    }
}

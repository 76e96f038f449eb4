// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.spi;

import java.time.Duration;

/**
 * The agent's only source of threads and delays. Tasks of one lane run one after another, in the order in which they were
 * given, and each sees what the earlier ones of its lane wrote. An {@link Error} that a task throws is not swallowed.
 */
public interface Scheduler extends AutoCloseable {
    /** Who runs a task. */
    enum Lane {
        /** The agent's own work, and all calls of the hardware abstraction layer but for reads of images that are there already. */
        AGENT,
        /** Blocking reads from the network, and what is made of them: with a delta, reads of the old image. */
        FETCH,
        /** What takes long to compute and touches nothing: hashing. */
        HASH,
        /** The self-test, which may hang. */
        SELF_TEST,
        /** The trial's guard, which must run when all others hang. */
        GUARD
    }

    /** A task that can be called off. */
    interface Cancellable {
        /** Calls the task off; interrupts it if it is running. Idempotent. */
        void cancel();
    }

    /**
     * Runs a task soon; returns at once.
     *
     * @param lane who runs it
     * @param task the task
     * @return a handle to call it off
     */
    Cancellable execute(Lane lane, Runnable task);

    /**
     * Runs a task later; returns at once.
     *
     * @param lane who runs it
     * @param delay how much later, by the monotonic clock
     * @param task the task
     * @return a handle to call it off
     */
    Cancellable after(Lane lane, Duration delay, Runnable task);

    /** Ends every thread; interrupts what runs, waits at most 5 s, throws nothing. Later tasks are ignored. */
    @Override
    void close();
}

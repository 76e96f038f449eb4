// SPDX-License-Identifier: Apache-2.0
package io.twinbank.mqtt;

import java.time.Duration;

/** The transport's one thread: everything that changes its state runs here, one task after another. */
interface Loop {
    /**
     * Runs a task soon.
     *
     * @throws java.util.concurrent.RejectedExecutionException after {@link #close}
     */
    void execute(Runnable task);

    /** Runs a task later; running the returned handle calls it off. */
    Runnable after(Duration delay, Runnable task);

    /** Runs a last task, lets those already given run, and ends the thread; waits at most 5 s. Idempotent. */
    void close(Runnable last);
}

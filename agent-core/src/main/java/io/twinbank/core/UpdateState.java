// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core;

/**
 * Where an update stands. The journal holds it, and one method of the engine changes it.
 *
 * <pre>
 *   IDLE -&gt; DOWNLOADING -&gt; VERIFYING -&gt; STAGED -&gt; ARMED -&gt; (reset) -&gt; TRIAL -&gt; COMMITTING -&gt; IDLE
 *     ^          |             |           |        |                  |
 *     +----------+-------------+-----------+--------+------------------+   failed, cancelled, superseded, rolled back
 * </pre>
 */
public enum UpdateState {
    /** Nothing under way. */
    IDLE,
    /** The payload is being written into the inactive bank. */
    DOWNLOADING,
    /** The written bank is being read back, whole, from the medium. */
    VERIFYING,
    /** The image is good and waits for the install gate. */
    STAGED,
    /** The boot loader has been told to try the new bank; a reset follows. */
    ARMED,
    /** The new image runs, unconfirmed, while its self-test is asked. */
    TRIAL,
    /** The self-test passed; the new image is being made permanent. */
    COMMITTING
}

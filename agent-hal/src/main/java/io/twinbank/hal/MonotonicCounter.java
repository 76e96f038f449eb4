// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

/** A counter that never falls: a fuse bank, an RPMB or TPM counter, or (for development) a file. */
public interface MonotonicCounter {
    /**
     * Returns the value.
     *
     * @return at least 0
     * @throws HalException {@code IO}; the agent then refuses updates and keeps running what is confirmed
     */
    long read() throws HalException;

    /**
     * Returns how many more steps the counter can take.
     *
     * @return at least 0; {@link Long#MAX_VALUE} if it has no end
     * @throws HalException {@code IO}
     */
    long remaining() throws HalException;

    /**
     * Raises the counter; idempotent, and a no-op if it is there already. A power cut may leave any value from old to new,
     * never above.
     *
     * @param value the new value; a lower one than the present changes nothing
     * @throws HalException {@code OUTCOME_UNKNOWN} or {@code TIMEOUT}: read it back; {@code NO_SPACE}: exhausted; {@code IO}
     */
    void advanceTo(long value) throws HalException;
}

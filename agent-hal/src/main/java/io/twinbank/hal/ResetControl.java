// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

/** How the board is reset. */
public interface ResetControl {
    /** Why the last boot happened. */
    enum Cause {
        /** Power was applied. */
        POWER_ON,
        /** Software asked for it. */
        SOFTWARE,
        /** The watchdog fired. */
        WATCHDOG,
        /** The supply voltage fell too low. */
        BROWN_OUT,
        /** The board can't tell. */
        UNKNOWN
    }

    /**
     * Returns why the last boot happened.
     *
     * @return the cause
     */
    Cause lastCause();

    /**
     * Resets the board. May return before the reset happens, as systemd's does; the agent then begins no other step of an
     * update, and asks again.
     *
     * @throws HalException {@code IO} if the reset was refused
     */
    void reset() throws HalException;
}

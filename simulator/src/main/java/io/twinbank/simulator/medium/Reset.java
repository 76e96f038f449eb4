// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.ResetControl;

/** The board was reset; what its flash had cached survives, its RAM doesn't. */
public final class Reset extends BoardStop {
    private static final long serialVersionUID = 1L;
    private final ResetControl.Cause cause;

    /**
     * Makes a reset.
     *
     * @param cause who asked for it
     */
    public Reset(ResetControl.Cause cause) {
        super("reset: " + cause);
        this.cause = cause;
    }

    /**
     * Returns who asked for it.
     *
     * @return {@code SOFTWARE} or {@code WATCHDOG}
     */
    public ResetControl.Cause cause() {
        return cause;
    }
}

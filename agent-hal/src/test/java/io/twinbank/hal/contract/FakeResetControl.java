// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import io.twinbank.hal.HalException;
import io.twinbank.hal.ResetControl;

/** A reset that only counts and returns, as systemd's does; the test then boots. */
public final class FakeResetControl implements ResetControl {
    private final Trace trace;
    private Cause cause = Cause.POWER_ON;
    private int resets;

    /**
     * Makes a reset control.
     *
     * @param trace takes down {@code reset}
     */
    public FakeResetControl(Trace trace) {
        this.trace = trace;
    }

    @Override
    public synchronized Cause lastCause() {
        return cause;
    }

    @Override
    public synchronized void reset() throws HalException {
        trace.step("reset");
        cause = Cause.SOFTWARE;
        resets++;
    }

    /**
     * Sets why the last boot happened.
     *
     * @param cause the cause
     */
    public synchronized void lastCause(Cause cause) {
        this.cause = cause;
    }

    /**
     * Returns how often a reset was asked for.
     *
     * @return the number of calls that didn't fail
     */
    public synchronized int resets() {
        return resets;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

/** Time that passes only when the simulation says so, and goes on while a board is off. */
public final class VirtualTime {
    private long nanos = 0;

    /**
     * Returns the time.
     *
     * @return nanoseconds since the simulation began
     */
    public long nanos() {
        return nanos;
    }

    /**
     * Lets time pass.
     *
     * @param to the new time; an earlier one than the present changes nothing
     */
    public void advanceTo(long to) {
        nanos = Math.max(nanos, to);
    }
}

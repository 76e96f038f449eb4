// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;

/** A counter in memory, with an end as fuses have it. */
public final class FakeCounter implements MonotonicCounter {
    private final String name;
    private final long limit;
    private final Trace trace;
    private long value;
    private long stopAt = Long.MAX_VALUE;

    /**
     * Makes a counter at 0.
     *
     * @param name for the trace
     * @param limit its highest value; {@link Long#MAX_VALUE} for none
     * @param trace takes down what is done
     */
    public FakeCounter(String name, long limit, Trace trace) {
        this.name = name;
        this.limit = limit;
        this.trace = trace;
    }

    @Override
    public synchronized long read() throws HalException {
        trace.check("read " + name);
        return value;
    }

    @Override
    public synchronized long remaining() {
        return limit == Long.MAX_VALUE ? Long.MAX_VALUE : limit - value;
    }

    @Override
    public synchronized void advanceTo(long target) throws HalException {
        if (target <= value) {
            return;
        }
        if (target > limit) {
            throw new HalException(HalException.Kind.NO_SPACE, name + " ends at " + limit + ", not at " + target);
        }
        trace.step("advance " + name + " " + target);
        long reached = Math.max(value, Math.min(target, stopAt));
        value = reached;
        stopAt = Long.MAX_VALUE;
        if (reached < target) {
            throw new HalException(
                    HalException.Kind.OUTCOME_UNKNOWN, name + " was interrupted on its way to " + target);
        }
    }

    /**
     * Returns the value.
     *
     * @return as {@link #read()}, but never failing
     */
    public synchronized long value() {
        return value;
    }

    /**
     * Interrupts the next advance on its way.
     *
     * @param value where it stops
     */
    public synchronized void stopNextAt(long value) {
        stopAt = value;
    }
}

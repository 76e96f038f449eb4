// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;

/** A counter that hands every call on: what a bug overrides. */
class ForwardingCounter implements MonotonicCounter {
    final MonotonicCounter counter;

    ForwardingCounter(MonotonicCounter counter) {
        this.counter = counter;
    }

    @Override
    public long read() throws HalException {
        return counter.read();
    }

    @Override
    public long remaining() throws HalException {
        return counter.remaining();
    }

    @Override
    public void advanceTo(long value) throws HalException {
        counter.advanceTo(value);
    }
}

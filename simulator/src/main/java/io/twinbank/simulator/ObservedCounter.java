// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;

/** A counter whose calls are watched. */
record ObservedCounter(MonotonicCounter counter, Knowledge knowledge) implements MonotonicCounter {
    @Override
    public long read() throws HalException {
        return knowledge.ask(counter::read, knowledge::learn);
    }

    @Override
    public long remaining() throws HalException {
        return knowledge.ask(counter::remaining, knowledge::learn);
    }

    @Override
    public void advanceTo(long value) throws HalException {
        knowledge.doing(() -> counter.advanceTo(value));
    }
}

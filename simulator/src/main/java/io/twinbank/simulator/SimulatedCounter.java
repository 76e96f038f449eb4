// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import java.util.function.LongConsumer;

/** A counter of fuses: each step is an operation of its own, so that the power can fail between two. */
final class SimulatedCounter implements BoardCounter {
    private final String name;
    private final long end;
    private final LongConsumer witness;
    private final OperationLog log;
    private long value = 0;

    /**
     * Makes a counter at 0.
     *
     * @param end the highest value that it can take
     * @param witness told of each value that the agent is about to set
     */
    SimulatedCounter(String name, long end, LongConsumer witness, OperationLog log) {
        this.name = name;
        this.end = end;
        this.witness = witness;
        this.log = log;
    }

    @Override
    public long read() {
        log.checkAlive();
        return value;
    }

    @Override
    public long remaining() {
        log.checkAlive();
        return end == Long.MAX_VALUE ? end : end - value;
    }

    @Override
    public void advanceTo(long target) throws HalException {
        log.checkAliveToWrite(Part.COUNTER, name);
        log.call("advanceTo " + target);
        if (target > end) {
            throw new HalException(
                    HalException.Kind.NO_SPACE, name + " can't count to " + target + ", its end is " + end);
        }
        while (value < target) {
            witness.accept(value + 1);
            Change.Atomic step = () -> value++;
            log.perform(Part.COUNTER, "advance", name + " to " + (value + 1), step);
        }
    }

    @Override
    public long value() {
        return value;
    }

    @Override
    public void value(long next) {
        value = next;
    }
}

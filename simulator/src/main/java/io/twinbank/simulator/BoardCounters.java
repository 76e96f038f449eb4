// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.CounterId;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.StateHash;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** A board's counters. Where its storage has none, they are fuses, and saved here. */
final class BoardCounters implements Durable {
    private final Map<CounterId, BoardCounter> counters = new EnumMap<>(CounterId.class);
    private final List<SimulatedCounter> fuses = new ArrayList<>();

    /** The witnesses are told of a value before the agent sets it. */
    BoardCounters(Storage storage, long end, LongConsumer floorWitness, LongConsumer trustWitness, OperationLog log) {
        add(CounterId.SECURITY_VERSION, storage, end, floorWitness, log);
        add(CounterId.TRUST_VERSION, storage, end, trustWitness, log);
    }

    private void add(CounterId id, Storage storage, long end, LongConsumer witness, OperationLog log) {
        counters.put(id, storage.counter(id, end, witness).orElseGet(() -> {
            SimulatedCounter fuse = new SimulatedCounter(id.name(), end, witness, log);
            fuses.add(fuse);
            return fuse;
        }));
    }

    BoardCounter of(CounterId id) {
        BoardCounter counter = counters.get(id);
        if (counter == null) {
            throw new IllegalArgumentException("no counter " + id);
        }
        return counter;
    }

    @Override
    public Object save() {
        long[] values = new long[fuses.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = fuses.get(i).value();
        }
        return values;
    }

    @Override
    public void restore(Object saved) {
        long[] values = (long[]) saved;
        for (int i = 0; i < values.length; i++) {
            fuses.get(i).value(values[i]);
        }
    }

    @Override
    public void addTo(StateHash hash) {
        for (SimulatedCounter fuse : fuses) {
            hash.add(fuse.value());
        }
    }
}

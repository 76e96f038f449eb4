// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.StateHash;
import java.util.EnumMap;
import java.util.Map;

/** A store whose records are replaced atomically and durably, on no medium in particular. */
final class SimulatedStateStore implements BoardRecords, Durable {
    private final int maxRecordBytes;
    private final OperationLog log;
    private final Map<StateKey, Loaded> records = new EnumMap<>(StateKey.class);

    SimulatedStateStore(int maxRecordBytes, OperationLog log) {
        this.maxRecordBytes = maxRecordBytes;
        this.log = log;
    }

    @Override
    public Loaded load(StateKey key) {
        log.checkAlive();
        return peek(key);
    }

    @Override
    public void store(StateKey key, byte[] record) throws HalException {
        if (record.length > maxRecordBytes) {
            throw new IllegalArgumentException(
                    "record " + key + " has " + record.length + " bytes, at most " + maxRecordBytes + " fit");
        }
        Found found = new Found(record);
        log.call("store " + key);
        Change.Atomic change = () -> records.put(key, found);
        log.perform(Part.STATE_STORE, "store", key + " " + record.length, change);
    }

    @Override
    public void delete(StateKey key) throws HalException {
        log.call("delete " + key);
        Change.Atomic change = () -> records.remove(key);
        log.perform(Part.STATE_STORE, "delete", key.name(), change);
    }

    @Override
    public int maxRecordBytes() {
        return maxRecordBytes;
    }

    @Override
    public void put(StateKey key, Loaded loaded) {
        records.put(key, loaded);
    }

    @Override
    public Loaded peek(StateKey key) {
        return records.getOrDefault(key, new Absent());
    }

    @Override
    public boolean keepsNothing() {
        return true;
    }

    @Override
    public Object save() {
        return Map.copyOf(records);
    }

    @Override
    @SuppressWarnings("unchecked") // save() makes nothing else
    public void restore(Object saved) {
        records.clear();
        records.putAll((Map<StateKey, Loaded>) saved);
    }

    @Override
    public void addTo(StateHash hash) {
        for (StateKey key : StateKey.values()) {
            Loaded loaded = peek(key);
            hash.add(loaded.getClass().getSimpleName());
            if (loaded instanceof Found found) {
                hash.add(found.record());
            }
        }
    }
}

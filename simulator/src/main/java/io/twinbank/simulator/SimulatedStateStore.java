// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.Operation.Part;
import java.util.EnumMap;
import java.util.Map;

/** A store whose records are replaced atomically and durably. */
final class SimulatedStateStore implements StateStore {
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
        return records.getOrDefault(key, new Absent());
    }

    @Override
    public void store(StateKey key, byte[] record) throws HalException {
        if (record.length > maxRecordBytes) {
            throw new IllegalArgumentException(
                    "record " + key + " has " + record.length + " bytes, at most " + maxRecordBytes + " fit");
        }
        Found found = new Found(record);
        log.perform(Part.STATE_STORE, "store", key + " " + record.length, () -> records.put(key, found));
    }

    @Override
    public void delete(StateKey key) throws HalException {
        log.perform(Part.STATE_STORE, "delete", key.name(), () -> records.remove(key));
    }

    @Override
    public int maxRecordBytes() {
        return maxRecordBytes;
    }

    /** Replaces a record past the log: as the factory does, or a fault of the medium. */
    void put(StateKey key, Loaded loaded) {
        records.put(key, loaded);
    }
}

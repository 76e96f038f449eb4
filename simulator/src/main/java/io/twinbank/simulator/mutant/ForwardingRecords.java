// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;

/** A store that hands every call on: what a bug overrides. */
class ForwardingRecords implements StateStore {
    final StateStore store;

    ForwardingRecords(StateStore store) {
        this.store = store;
    }

    @Override
    public Loaded load(StateKey key) throws HalException {
        return store.load(key);
    }

    @Override
    public void store(StateKey key, byte[] record) throws HalException {
        store.store(key, record);
    }

    @Override
    public void delete(StateKey key) throws HalException {
        store.delete(key);
    }

    @Override
    public int maxRecordBytes() {
        return store.maxRecordBytes();
    }
}

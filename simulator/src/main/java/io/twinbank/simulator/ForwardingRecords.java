// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;

/** Records that hand every call on: what a subclass watches, or does otherwise, it overrides. */
public class ForwardingRecords implements StateStore {
    /** The records behind these. */
    protected final StateStore store;

    /**
     * Makes records that are like others.
     *
     * @param store the others
     */
    protected ForwardingRecords(StateStore store) {
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

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.util.function.Supplier;

/** Records whose changes are watched. */
final class ObservedRecords extends ForwardingRecords {
    private final Supplier<BoardObserver> observer;

    ObservedRecords(StateStore store, Supplier<BoardObserver> observer) {
        super(store);
        this.observer = observer;
    }

    @Override
    public void store(StateKey key, byte[] record) throws HalException {
        observer.get().stores(key, record);
        super.store(key, record);
    }

    @Override
    public void delete(StateKey key) throws HalException {
        observer.get().deletes(key);
        super.delete(key);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import java.util.function.Supplier;

/** Records whose calls are watched. */
final class ObservedRecords extends ForwardingRecords {
    private final Supplier<BoardObserver> observer;
    private final Knowledge knowledge;

    ObservedRecords(StateStore store, Supplier<BoardObserver> observer, Knowledge knowledge) {
        super(store);
        this.observer = observer;
        this.knowledge = knowledge;
    }

    @Override
    public Loaded load(StateKey key) throws HalException {
        return knowledge.ask(() -> super.load(key), this::learn);
    }

    private void learn(Loaded loaded) {
        if (loaded instanceof Found found) {
            knowledge.learn(found.record());
        } else {
            knowledge.learn(loaded.toString());
        }
    }

    @Override
    public void store(StateKey key, byte[] record) throws HalException {
        observer.get().stores(key, record);
        knowledge.doing(() -> super.store(key, record));
    }

    @Override
    public void delete(StateKey key) throws HalException {
        observer.get().deletes(key);
        knowledge.doing(() -> super.delete(key));
    }
}

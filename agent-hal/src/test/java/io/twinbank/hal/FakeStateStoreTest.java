// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.contract.FakeStateStore;
import io.twinbank.hal.contract.StateStoreContract;
import io.twinbank.hal.contract.Trace;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FakeStateStoreTest {
    @Test
    void store_smallPartFull_hasNoSpaceAndKeepsTheOld() throws HalException {
        FakeStateStore store = new FakeStateStore(4096, 6000, new Trace());
        store.store(StateKey.MANIFEST_A, new byte[4000]);
        store.store(StateKey.JOURNAL, new byte[100]);

        HalException full = assertThrows(HalException.class, () -> store.store(StateKey.JOURNAL, new byte[3000]));

        assertEquals(HalException.Kind.NO_SPACE, full.kind());
        assertEquals(new StateStore.Found(new byte[100]), store.load(StateKey.JOURNAL));
    }

    @Test
    void put_corrupt_isLoadedUntilStoredAnew() throws HalException {
        FakeStateStore store = FakeStateStore.normal(new Trace());
        store.put(StateKey.JOURNAL, new StateStore.Corrupt("test"));

        assertEquals(new StateStore.Corrupt("test"), store.load(StateKey.JOURNAL));
        store.store(StateKey.JOURNAL, new byte[1]);
        assertEquals(new StateStore.Found(new byte[1]), store.load(StateKey.JOURNAL));
    }

    @Nested
    class Normal extends StateStoreContract {
        @Override
        protected StateStore newStore() {
            return FakeStateStore.normal(new Trace());
        }

        @Override
        protected StateStore reopen(StateStore old) {
            return old;
        }
    }

    @Nested
    class SmallPart extends StateStoreContract {
        @Override
        protected StateStore newStore() {
            return FakeStateStore.smallPart(new Trace());
        }

        @Override
        protected StateStore reopen(StateStore old) {
            return old;
        }
    }
}

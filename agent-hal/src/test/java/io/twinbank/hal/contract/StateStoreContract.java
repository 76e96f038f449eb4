// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.StateStore.Absent;
import io.twinbank.hal.StateStore.Found;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link StateStore} owes. Extend it, hand out your store, and run it as any JUnit test. */
public abstract class StateStoreContract {
    private StateStore store;

    /**
     * Makes a store that never held anything.
     *
     * @return the store
     * @throws IOException if the test's own preparations fail
     */
    protected abstract StateStore newStore() throws IOException;

    /**
     * Opens a store again, as after a reset.
     *
     * @param old what {@link #newStore()} returned
     * @return a store on the same medium
     * @throws IOException if the test's own preparations fail
     */
    protected abstract StateStore reopen(StateStore old) throws IOException;

    @BeforeEach
    void prepare() throws IOException {
        store = newStore();
    }

    @Test
    void load_neverStored_isAbsent() throws IOException {
        for (StateKey key : StateKey.values()) {
            assertEquals(new Absent(), store.load(key));
        }
    }

    @Test
    void maxRecordBytes_always_holdsTheSmallRecords() {
        assertTrue(store.maxRecordBytes() >= 4096, store.maxRecordBytes() + " bytes");
    }

    @Test
    void load_afterStore_findsTheRecord() throws IOException {
        store.store(StateKey.JOURNAL, record(300, 1));

        assertEquals(found(300, 1), store.load(StateKey.JOURNAL));
    }

    @Test
    void load_storedOftenAndReopened_findsTheLastRecord() throws IOException {
        for (int i = 0; i < 20; i++) {
            store.store(StateKey.CHECKPOINT, record(20 - i, i));
        }

        assertEquals(found(1, 19), store.load(StateKey.CHECKPOINT));
        assertEquals(found(1, 19), reopen(store).load(StateKey.CHECKPOINT));
    }

    @Test
    void load_emptyRecord_isFoundNotAbsent() throws IOException {
        store.store(StateKey.TRUST, new byte[0]);

        assertEquals(new Found(new byte[0]), reopen(store).load(StateKey.TRUST));
    }

    @Test
    void store_largestRecord_isFound() throws IOException {
        store.store(StateKey.MANIFEST_A, record(store.maxRecordBytes(), 2));

        assertEquals(found(store.maxRecordBytes(), 2), reopen(store).load(StateKey.MANIFEST_A));
    }

    @Test
    void store_largerThanTheLargest_isRefusedAndKeepsTheOld() throws IOException {
        store.store(StateKey.MANIFEST_A, record(10, 3));

        assertThrows(
                IllegalArgumentException.class,
                () -> store.store(StateKey.MANIFEST_A, new byte[store.maxRecordBytes() + 1]));

        assertEquals(found(10, 3), store.load(StateKey.MANIFEST_A));
    }

    @Test
    void store_oneKey_leavesTheOthersAlone() throws IOException {
        for (StateKey key : StateKey.values()) {
            store.store(key, record(100, key.ordinal()));
        }

        store.store(StateKey.OUTCOMES, record(7, 99));
        store.delete(StateKey.JOURNAL);

        StateStore again = reopen(store);
        for (StateKey key : StateKey.values()) {
            StateStore.Loaded expected = switch (key) {
                case OUTCOMES -> found(7, 99);
                case JOURNAL -> new Absent();
                default -> found(100, key.ordinal());
            };
            assertEquals(expected, again.load(key), key.name());
        }
    }

    @Test
    void store_arrayChangedAfterwards_keepsWhatWasStored() throws IOException {
        byte[] record = record(5, 4);
        store.store(StateKey.SECURITY, record);

        record[0] ^= 1;
        ((Found) store.load(StateKey.SECURITY)).record()[1] ^= 1;

        assertEquals(found(5, 4), store.load(StateKey.SECURITY));
    }

    @Test
    void delete_storedTwice_isAbsentForGood() throws IOException {
        store.store(StateKey.JOURNAL, record(10, 5));
        store.store(StateKey.JOURNAL, record(10, 6));

        store.delete(StateKey.JOURNAL);

        assertEquals(new Absent(), store.load(StateKey.JOURNAL));
        assertEquals(new Absent(), reopen(store).load(StateKey.JOURNAL));
    }

    @Test
    void delete_againOrNeverStored_doesNothing() throws IOException {
        store.store(StateKey.JOURNAL, record(10, 7));

        store.delete(StateKey.JOURNAL);
        store.delete(StateKey.JOURNAL);
        store.delete(StateKey.TRUST);

        assertEquals(new Absent(), store.load(StateKey.JOURNAL));
        assertEquals(new Absent(), store.load(StateKey.TRUST));
    }

    @Test
    void store_afterDelete_isFound() throws IOException {
        store.store(StateKey.JOURNAL, record(10, 8));
        store.delete(StateKey.JOURNAL);

        store.store(StateKey.JOURNAL, record(10, 9));

        assertEquals(found(10, 9), reopen(store).load(StateKey.JOURNAL));
    }

    private static Found found(int length, int seed) {
        return new Found(record(length, seed));
    }

    private static byte[] record(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}

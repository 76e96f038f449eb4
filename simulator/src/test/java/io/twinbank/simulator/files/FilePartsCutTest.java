// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore.Absent;
import io.twinbank.hal.StateStore.Found;
import io.twinbank.hal.StateStore.Loaded;
import io.twinbank.simulator.BoardBank;
import io.twinbank.simulator.BoardCounter;
import io.twinbank.simulator.BoardRecords;
import io.twinbank.simulator.files.EveryCut.State;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Survival;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The shipped parts, cut at each operation in each way: what is read afterwards is the old or the new, never anything else. */
class FilePartsCutTest {
    private static final StateKey KEY = StateKey.JOURNAL;

    private interface Call {
        void run() throws HalException;
    }

    private FileBench bench;
    private FileBench other;

    private void begin(Semantics semantics) throws HalException {
        bench = new FileBench(new FileProfile(semantics, Set.of()));
        other = new FileBench(new FileProfile(semantics, Set.of()));
    }

    private EveryCut cut(Call call) throws HalException {
        EveryCut cuts = new EveryCut(bench.storage);
        bench.log.faults(cuts);
        call.run();
        bench.log.faults(Faults.none());
        assertTrue(cuts.afterCuts().size() > 5, cuts.afterCuts().size() + " cuts");
        return cuts;
    }

    /** The power comes back on another board, which knows nothing else. */
    private void boot(State state) {
        other.storage.restore(state.saved());
        other.start();
    }

    @ParameterizedTest
    @EnumSource
    void store_cutAnywhere_isOldOrNew(Semantics semantics) throws HalException {
        begin(semantics);
        List<byte[]> versions = List.of(record(300), record(5000), record(10), record(9000), record(8999));
        Loaded before = new Absent();
        for (byte[] version : versions) {
            Loaded old = before;
            Loaded fresh = new Found(version);

            EveryCut cuts = cut(() -> bench.storage.records().store(KEY, version));

            checkEach(cuts, old, fresh);
            before = fresh;
            bench.start();
        }
    }

    @ParameterizedTest
    @EnumSource
    void delete_cutAnywhere_isOldOrNew(Semantics semantics) throws HalException {
        begin(semantics);
        bench.storage.records().store(KEY, record(1000));

        EveryCut cuts = cut(() -> bench.storage.records().delete(KEY));

        checkEach(cuts, new Found(record(1000)), new Absent());
    }

    private void checkEach(EveryCut cuts, Loaded old, Loaded fresh) throws HalException {
        BoardRecords records = other.storage.records();
        Set<Loaded> seen = new HashSet<>();
        for (State state : cuts.afterCuts()) {
            boot(state);
            Loaded peeked = records.peek(KEY);
            Loaded loaded = records.load(KEY);
            assertTrue(loaded.equals(old) || loaded.equals(fresh), () -> state.how() + ": " + loaded);
            assertEquals(loaded, peeked, state.how());
            seen.add(loaded);
            assertStoresOn(state);
        }
        assertEquals(Set.of(old, fresh), seen);
        for (State state : cuts.afterKills()) {
            boot(state);
            Loaded loaded = records.load(KEY);
            assertTrue(loaded.equals(old) || loaded.equals(fresh), () -> state.how() + " (kill): " + loaded);
            assertStoresOn(state);
        }
    }

    /** Whatever came before, what is stored now stays. */
    private void assertStoresOn(State state) throws HalException {
        Found next = new Found(record(77));
        other.storage.records().store(KEY, next.record());
        other.cutPower(Survival.NONE);
        assertEquals(next, other.storage.records().load(KEY), () -> "stored after " + state.how());
    }

    @ParameterizedTest
    @EnumSource
    void advanceTo_cutAnywhere_isOldOrNewAndGoesOn(Semantics semantics) throws HalException {
        begin(semantics);
        BoardCounter counter = counter(bench);
        BoardCounter observed = counter(other);
        long value = 0;
        for (long next : new long[] {1, 2, 7, 300}) {
            long old = value;

            EveryCut cuts = cut(() -> counter.advanceTo(next));

            Set<Long> seen = new HashSet<>();
            for (State state : cuts.afterCuts()) {
                boot(state);
                long found = observed.read();
                assertTrue(found == old || found == next, () -> state.how() + ": " + found);
                seen.add(found);
                observed.advanceTo(next);
                other.cutPower(Survival.NONE);
                assertEquals(next, observed.read(), state.how());
            }
            assertEquals(Set.of(old, next), seen);
            value = next;
            bench.start();
        }
    }

    private static BoardCounter counter(FileBench bench) {
        return bench.storage
                .counter(CounterId.SECURITY_VERSION, Long.MAX_VALUE, value -> {})
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void sync_cutAnywhere_isWholeOnceSynced(Semantics semantics) throws HalException {
        begin(semantics);
        byte[] first = record(5 * Page.SIZE);
        byte[] second = new byte[3 * Page.SIZE];
        BoardBank bank = bench.storage.bank(BankId.B);
        bank.begin(first.length + second.length);
        EveryCut unsynced = cut(() -> {
            bank.erase(0, FileBench.GEOMETRY.eraseSizeBytes());
            bank.write(0, ByteBuffer.wrap(first));
            bank.sync();
        });

        EveryCut cuts = cut(() -> {
            bank.write(first.length, ByteBuffer.wrap(second));
            bank.sync();
            bank.end();
        });

        assertTrue(unsynced.afterCuts().size() > 60, unsynced.afterCuts().size() + " cuts");
        for (State state : cuts.afterCuts()) {
            boot(state);
            byte[] found = new byte[first.length];
            other.storage.bank(BankId.B).peek(0, ByteBuffer.wrap(found));
            assertArrayEquals(first, found, state.how());
        }
    }

    @Test
    void sync_failed_isNotBelievedThoughTheCacheHasItAll() throws HalException {
        begin(Semantics.ORDERED);
        byte[] image = record(2 * Page.SIZE);
        BoardBank bank = bench.storage.bank(BankId.B);
        bank.begin(image.length);
        bank.write(0, ByteBuffer.wrap(image));
        bench.log.faults((operation, change) -> new Fate.Fails(HalException.Kind.IO, false));
        assertThrows(HalException.class, bank::sync);
        bench.log.faults(Faults.none());

        assertThrows(HalException.class, bank::sync);

        byte[] found = new byte[image.length];
        bank.read(0, ByteBuffer.wrap(found));
        assertArrayEquals(image, found);
        bench.cutPower(Survival.ALL);
        bank.read(0, ByteBuffer.wrap(found));
        assertArrayEquals(new byte[image.length], found);
    }

    @ParameterizedTest
    @EnumSource
    void setSelectable_cutAnywhere_isOldOrNew(Semantics semantics) throws HalException {
        begin(semantics);
        bench.storage.bank(BankId.B).provision(true);

        EveryCut cuts = new EveryCut(bench.storage);
        bench.log.faults(cuts);
        bench.storage.bank(BankId.B).setSelectable(false);

        Set<Boolean> seen = new HashSet<>();
        for (State state : cuts.afterCuts()) {
            boot(state);
            seen.add(other.storage.bank(BankId.B).isSelectable());
        }
        assertEquals(Set.of(true, false), seen);
    }

    @ParameterizedTest
    @EnumSource
    void store_anyOperationFails_isTheOldAndTheNextIsStored(Semantics semantics) throws HalException {
        for (Fate.Fails fault : List.of(
                new Fate.Fails(HalException.Kind.IO, false),
                new Fate.Fails(HalException.Kind.IO, true),
                new Fate.Fails(HalException.Kind.NO_SPACE, false))) {
            for (int stored = 0; stored < 3; stored++) {
                int failures = 0;
                while (failsAt(semantics, fault, stored, failures + 1)) {
                    failures++;
                }
                assertTrue(failures >= 2, failures + " operations");
            }
        }
    }

    /** Tells whether there is such an operation at all. */
    private boolean failsAt(Semantics semantics, Fate.Fails fault, int stored, int operation) throws HalException {
        begin(semantics);
        BoardRecords records = bench.storage.records();
        Loaded old = records.load(KEY);
        for (int i = 1; i <= stored; i++) {
            records.store(KEY, record(i));
            old = records.load(KEY);
        }
        long from = bench.log.count();
        bench.log.faults((next, change) -> next.number() == from + operation ? fault : Fate.DONE);
        try {
            records.store(KEY, record(100));
        } catch (HalException e) {
            String what = semantics + " " + fault + " " + stored + " records, operation " + operation;
            assertEquals(fault.kind(), e.kind(), what);
            assertEquals(old, records.load(KEY), what);
            Object failed = bench.storage.save();
            for (Survival survival : bench.storage.survivals()) {
                other.storage.restore(failed);
                other.cutPower(survival);
                assertEquals(old, other.storage.records().load(KEY), what + " " + survival);
            }
            other.storage.restore(failed);
            other.start();
            assertEquals(old, other.storage.records().load(KEY), what + ", and the process ended");
            records.store(KEY, record(101));
            bench.cutPower(Survival.NONE);
            assertEquals(new Found(record(101)), records.load(KEY), what);
            return true;
        }
        return false;
    }

    private static byte[] record(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore.Absent;
import io.twinbank.hal.StateStore.Corrupt;
import io.twinbank.hal.StateStore.Found;
import io.twinbank.simulator.BoardBank;
import io.twinbank.simulator.BoardCounter;
import io.twinbank.simulator.BoardRecords;
import io.twinbank.simulator.medium.Survival;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the factory, the boot loader and an observer may do with files. */
class FileStorageTest {
    private FileBench bench;

    @BeforeEach
    void prepare() throws HalException {
        bench = new FileBench(FileProfile.ext4());
    }

    @Test
    void put_anyRecord_isFoundThereAfterACut() throws HalException {
        BoardRecords records = bench.storage.records();
        records.store(StateKey.TRUST, new byte[] {1});
        records.store(StateKey.TRUST, new byte[] {2});

        records.put(StateKey.TRUST, new Corrupt("spoilt"));
        bench.cutPower(Survival.NONE);
        assertInstanceOf(Corrupt.class, records.peek(StateKey.TRUST));
        assertInstanceOf(Corrupt.class, records.load(StateKey.TRUST));

        records.put(StateKey.TRUST, new Found(new byte[] {3}));
        bench.cutPower(Survival.NONE);
        assertEquals(new Found(new byte[] {3}), records.peek(StateKey.TRUST));
        assertEquals(new Found(new byte[] {3}), records.load(StateKey.TRUST));

        records.put(StateKey.TRUST, new Absent());
        bench.cutPower(Survival.NONE);
        assertEquals(new Absent(), records.peek(StateKey.TRUST));
        assertEquals(new Absent(), records.load(StateKey.TRUST));
    }

    @Test
    void value_ofACounter_isSetAsTheFactoryDoes() throws HalException {
        List<Long> witnessed = new ArrayList<>();
        BoardCounter counter = bench.storage
                .counter(CounterId.SECURITY_VERSION, 9, witnessed::add)
                .orElseThrow();
        counter.value(7);
        assertEquals(7, counter.read());
        counter.value(3);
        assertEquals(3, counter.read());

        counter.advanceTo(2);
        counter.advanceTo(5);
        assertThrows(HalException.class, () -> counter.advanceTo(10));

        assertEquals(5, counter.value());
        assertEquals(List.of(5L), witnessed);
    }

    @Test
    void write_toASelectableBank_isFound() throws HalException {
        BoardBank bank = bench.storage.bank(BankId.B);
        bank.provision(true);
        bank.begin(Page.SIZE);

        bank.write(0, ByteBuffer.allocate(Page.SIZE));

        assertEquals(1, bench.log.findings().size());
        assertTrue(bench.log.findings().get(0).contains("may still select"));
    }

    @Test
    void setSelectable_bankNotSynced_isFound() throws HalException {
        BoardBank bank = bench.storage.bank(BankId.B);
        bank.begin(Page.SIZE);
        bank.write(0, ByteBuffer.wrap(new byte[Page.SIZE]).put(0, (byte) 1));

        bank.setSelectable(true);

        assertEquals(1, bench.log.findings().size());
        assertTrue(bench.log.findings().get(0).startsWith("unsynced: bank B"));
        bank.sync();
        bank.setSelectable(true);
        assertEquals(1, bench.log.findings().size());
    }

    @Test
    void everyCall_deadBoard_isStoppedAndFound() throws HalException {
        bench.log.stop(bench.log.powerCut());

        assertThrows(Error.class, () -> bench.storage.records().store(StateKey.TRUST, new byte[1]));
        assertThrows(Error.class, () -> bench.storage.records().load(StateKey.TRUST));
        assertThrows(Error.class, () -> bench.storage.bank(BankId.B).sync());

        assertEquals(2, bench.log.findings().size());
    }
}

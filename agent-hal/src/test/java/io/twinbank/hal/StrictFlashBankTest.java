// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.contract.FlashBankContract;
import io.twinbank.hal.contract.StrictFlashBank;
import io.twinbank.hal.contract.Trace;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StrictFlashBankTest {
    private final Trace trace = new Trace();
    private final StrictFlashBank bank = new StrictFlashBank("B", new FlashGeometry(4096, 64, 512), () -> false, trace);

    @Test
    void write_twice_isRefused() throws HalException {
        bank.begin(512);
        bank.erase(0, 512);
        bank.write(64, ByteBuffer.allocate(64));

        assertThrows(IllegalStateException.class, () -> bank.write(0, ByteBuffer.allocate(128)));
        assertThrows(IllegalStateException.class, () -> bank.write(64, ByteBuffer.allocate(64)));
        bank.write(0, ByteBuffer.allocate(64));
    }

    @Test
    void write_neverErased_isRefused() throws HalException {
        bank.begin(512);

        assertThrows(IllegalStateException.class, () -> bank.write(0, ByteBuffer.allocate(64)));
    }

    @Test
    void cutPower_unsyncedWrite_isUndoneAndMustBeErasedAgain() throws HalException {
        bank.begin(1024);
        bank.erase(0, 1024);
        bank.write(0, ByteBuffer.wrap(filled(512)));
        bank.sync();
        byte[] synced = bank.content();
        bank.write(512, ByteBuffer.wrap(filled(512)));

        bank.cutPower();

        assertArrayEquals(synced, bank.content());
        bank.begin(1024);
        assertThrows(IllegalStateException.class, () -> bank.write(512, ByteBuffer.wrap(filled(512))));
    }

    @Test
    void erase_always_leavesAPatternAndIsCounted() throws HalException {
        bank.begin(512);
        bank.erase(512, 512);

        byte[] erased = Arrays.copyOfRange(bank.content(), 512, 1024);
        for (byte cell : erased) {
            assertEquals(0, cell & 0x80, "erased cells aren't all ones");
        }
        assertEquals(1, bank.erases(512));
        assertEquals(0, bank.erases(0));
    }

    @Test
    void failNext_matchingStep_failsOnceAndChangesNothing() throws HalException {
        bank.begin(512);
        trace.failNext("erase B", HalException.Kind.WORN_OUT);

        HalException worn = assertThrows(HalException.class, () -> bank.erase(0, 512));
        bank.erase(0, 512);

        assertEquals(HalException.Kind.WORN_OUT, worn.kind());
        assertEquals(List.of("begin B", "erase B 0+512"), trace.steps());
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 0xff);
        return bytes;
    }

    abstract static class Contract extends FlashBankContract {
        private final FlashGeometry geometry;

        Contract(FlashGeometry geometry) {
            this.geometry = geometry;
        }

        @Override
        protected FlashBank newBank() {
            return new StrictFlashBank(geometry);
        }

        @Override
        protected FlashBank newRunningBank() {
            return new StrictFlashBank("A", geometry, () -> true, new Trace());
        }

        @Override
        protected FlashBank reopen(FlashBank old) {
            ((StrictFlashBank) old).cutPower();
            return old;
        }
    }

    @Nested
    class Normal extends Contract {
        Normal() {
            super(new FlashGeometry(1 << 20, 512, 64 << 10));
        }
    }

    @Nested
    class SmallPart extends Contract {
        SmallPart() {
            super(new FlashGeometry(4 << 10, 1, 256));
        }
    }
}

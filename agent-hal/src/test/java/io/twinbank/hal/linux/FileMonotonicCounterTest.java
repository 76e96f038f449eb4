// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.CounterId;
import io.twinbank.hal.HalException;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.contract.CounterContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMonotonicCounterTest {
    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();

    @Test
    void read_eitherCopyDamaged_doesNotFall() throws IOException {
        FileMonotonicCounter counter = counter();
        counter.advanceTo(1);
        counter.advanceTo(7);

        for (int number = 0; number <= 1; number++) {
            Path copy = folder.resolve("SECURITY_VERSION." + number);
            byte[] good = Files.readAllBytes(copy);
            Files.write(copy, new byte[3]);
            assertEquals(7, counter.read());
            Files.write(copy, good);
        }
    }

    @Test
    void read_bothCopiesDamaged_throwsAndNeverSaysZero() throws IOException {
        FileMonotonicCounter counter = counter();
        counter.advanceTo(7);
        Files.write(folder.resolve("SECURITY_VERSION.0"), new byte[3]);
        Files.write(folder.resolve("SECURITY_VERSION.1"), new byte[3]);

        assertThrows(HalException.class, counter::read);
        assertThrows(HalException.class, () -> counter.advanceTo(8));
    }

    @Test
    void advanceTo_again_mendsADamagedCopy() throws IOException {
        FileMonotonicCounter counter = counter();
        counter.advanceTo(6);
        counter.advanceTo(7);
        Files.write(folder.resolve("SECURITY_VERSION.0"), new byte[3]);

        counter.advanceTo(7);

        Files.write(folder.resolve("SECURITY_VERSION.1"), new byte[3]);
        assertEquals(7, counter.read());
    }

    @Test
    void advanceTo_secondCopyFails_isBetweenOldAndNew() throws IOException {
        FileMonotonicCounter counter = counter();
        counter.advanceTo(3);
        disk.failForce = "SECURITY_VERSION.0";

        assertThrows(HalException.class, () -> counter.advanceTo(9));

        assertEquals(true, counter.read() == 3 || counter.read() == 9);
        disk.failForce = "";
        counter.advanceTo(9);
        assertEquals(9, counter.read());
    }

    private FileMonotonicCounter counter() {
        return new FileMonotonicCounter(folder, CounterId.SECURITY_VERSION, Long.MAX_VALUE, disk);
    }

    abstract static class Contract extends CounterContract {
        private final long limit;

        @TempDir
        Path folder;

        Contract(long limit) {
            this.limit = limit;
        }

        @Override
        protected MonotonicCounter newCounter() {
            return new FileMonotonicCounter(folder, CounterId.TRUST_VERSION, limit);
        }

        @Override
        protected MonotonicCounter reopen(MonotonicCounter old) {
            return newCounter();
        }
    }

    @Nested
    class Normal extends Contract {
        Normal() {
            super(Long.MAX_VALUE);
        }
    }

    @Nested
    class SmallPart extends Contract {
        SmallPart() {
            super(32);
        }
    }
}

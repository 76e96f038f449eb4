// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FlashBankContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFlashBankTest {
    private static final FlashGeometry GEOMETRY = FileFlashBank.geometryOf(256 << 10);

    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();

    @Test
    void create_newFile_isZerosToItsFullLength() throws IOException {
        Path file = folder.resolve("bank-a");

        FileFlashBank.create(file, (1 << 20) + 5);

        assertArrayEquals(new byte[(1 << 20) + 5], Files.readAllBytes(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void create_existingFile_isRefusedAndLeftAlone() throws IOException {
        Path file = Files.write(folder.resolve("bank-a"), new byte[] {1});

        assertThrows(HalException.class, () -> FileFlashBank.create(file, 4096));

        assertArrayEquals(new byte[] {1}, Files.readAllBytes(file));
    }

    @Test
    void create_fullDisk_hasNoSpaceAndLeavesNothing() throws IOException {
        disk.space = 2500;

        HalException full =
                assertThrows(HalException.class, () -> FileFlashBank.create(folder.resolve("bank-a"), 4096, disk));

        assertEquals(HalException.Kind.NO_SPACE, full.kind());
        assertEquals(List.of(), files());
    }

    @Test
    void open_otherLength_saysBoth() throws IOException {
        Path file = Files.write(folder.resolve("bank-a"), new byte[100]);

        HalException wrong = assertThrows(HalException.class, () -> FileFlashBank.open(file, GEOMETRY, () -> false));

        assertTrue(wrong.getMessage().contains("100 bytes long, not 262144"), wrong.getMessage());
    }

    @Test
    void write_diskTakesPartsOnly_writesEverything() throws IOException {
        try (FileFlashBank bank = bank()) {
            byte[] image = new byte[8192];
            Arrays.fill(image, (byte) 7);
            bank.begin(8192);

            bank.write(4096, ByteBuffer.wrap(image));

            ByteBuffer back = ByteBuffer.allocate(8192);
            bank.read(4096, back);
            assertArrayEquals(image, back.array());
        }
    }

    @Test
    void write_fullDisk_hasNoSpace() throws IOException {
        try (FileFlashBank bank = bank()) {
            bank.begin(8192);
            disk.space = 5000;

            HalException full = assertThrows(HalException.class, () -> bank.write(0, ByteBuffer.allocate(8192)));

            assertEquals(HalException.Kind.NO_SPACE, full.kind());
        }
    }

    @Test
    void sync_failedOnce_failsUntilTheNextBegin() throws IOException {
        try (FileFlashBank bank = bank()) {
            bank.begin(8192);
            bank.write(0, ByteBuffer.allocate(8192));
            disk.failForce = "bank";
            assertEquals(
                    HalException.Kind.IO,
                    assertThrows(HalException.class, bank::sync).kind());
            disk.failForce = "";

            assertThrows(HalException.class, bank::sync);
            bank.end();
            assertThrows(HalException.class, bank::sync);
            bank.begin(8192);
            bank.sync();
        }
    }

    @Test
    void readAndBegin_afterAnInterrupt_workAgain() throws IOException {
        Path file = folder.resolve("bank");
        FileFlashBank.create(file, GEOMETRY.capacityBytes());
        try (FileFlashBank bank = FileFlashBank.open(file, GEOMETRY, () -> false)) {
            bank.begin(4096);
            Thread.currentThread().interrupt();
            assertThrows(HalException.class, () -> bank.write(0, ByteBuffer.allocate(4096)));
            assertThrows(HalException.class, () -> bank.read(0, ByteBuffer.allocate(1)));
            assertTrue(Thread.interrupted());

            bank.begin(4096);
            bank.write(0, ByteBuffer.allocate(4096));
            bank.sync();
            bank.read(0, ByteBuffer.allocate(1));
        }
    }

    @Test
    void read_unreadableMedium_failsWithTheCause() throws IOException {
        try (FileFlashBank bank = bank()) {
            disk.failRead = "bank";

            HalException fault = assertThrows(HalException.class, () -> bank.read(0, ByteBuffer.allocate(1)));

            assertEquals(HalException.Kind.IO, fault.kind());
            assertFalse(fault.getCause() instanceof HalException);
        }
    }

    private FileFlashBank bank() throws IOException {
        Path file = folder.resolve("bank");
        FileFlashBank.create(file, GEOMETRY.capacityBytes());
        return FileFlashBank.open(file, GEOMETRY, what -> {}, disk);
    }

    private List<Path> files() throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    abstract static class Contract extends FlashBankContract {
        private final FlashGeometry geometry;
        private final List<FileFlashBank> open = new ArrayList<>();

        @TempDir
        Path folder;

        Contract(FlashGeometry geometry) {
            this.geometry = geometry;
        }

        @Override
        protected FlashBank newBank() throws IOException {
            FileFlashBank.create(folder.resolve("b"), geometry.capacityBytes());
            return open("b", false);
        }

        @Override
        protected FlashBank newRunningBank() throws IOException {
            FileFlashBank.create(folder.resolve("a"), geometry.capacityBytes());
            return open("a", true);
        }

        @Override
        protected FlashBank reopen(FlashBank old) throws IOException {
            ((FileFlashBank) old).close();
            return open("b", false);
        }

        private FileFlashBank open(String name, boolean running) throws IOException {
            FileFlashBank bank = FileFlashBank.open(folder.resolve(name), geometry, () -> running);
            open.add(bank);
            return bank;
        }

        @AfterEach
        void closeAll() throws IOException {
            for (FileFlashBank bank : open) {
                bank.close();
            }
        }
    }

    @Nested
    class Normal extends Contract {
        Normal() {
            super(GEOMETRY);
        }
    }

    @Nested
    class SmallPart extends Contract {
        SmallPart() {
            super(new FlashGeometry(8 << 10, 16, 512));
        }
    }
}

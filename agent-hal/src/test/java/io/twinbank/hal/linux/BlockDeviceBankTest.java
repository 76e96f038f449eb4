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
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockDeviceBankTest {
    private static final int CAPACITY = 1 << 20;
    private static final Guard FREE = what -> {};
    private static final Disk REFUSES_DIRECT = new Disk() {
        @Override
        boolean opensDirect(Path file) {
            return false;
        }
    };

    @TempDir
    Path folder;

    @Test
    void open_deviceThatEndsInHalfAnEraseUnit_leavesThatOut() throws IOException {
        try (BlockDeviceBank bank = BlockDeviceBank.open(file(CAPACITY + 5000), () -> false)) {
            assertEquals(CAPACITY, bank.geometry().capacityBytes());
            assertEquals(64 << 10, bank.geometry().eraseSizeBytes());
            assertEquals(0, bank.geometry().writeSizeBytes() % 4096);
            bank.begin(CAPACITY);
        }
    }

    @Test
    void open_tooShort_saysSo() {
        HalException wrong = assertThrows(HalException.class, () -> BlockDeviceBank.open(file(65535), () -> false));

        assertTrue(wrong.getMessage().endsWith("is 65535 bytes long, a bank has at least 65536"), wrong.getMessage());
    }

    @Test
    void open_nothingThere_saysSo() {
        Path missing = folder.resolve("sdz3");

        HalException wrong = assertThrows(HalException.class, () -> BlockDeviceBank.open(missing, () -> false));

        assertEquals("open " + missing + ": it isn't there", wrong.getMessage());
    }

    @Test
    void read_anyRange_returnsWhatIsThere() throws IOException {
        byte[] content = random(CAPACITY);
        Path file = Files.write(folder.resolve("bank"), content);
        Random random = new Random(2);
        for (Disk disk : List.of(Disk.REAL, REFUSES_DIRECT)) {
            try (BlockDeviceBank bank = BlockDeviceBank.open(file, FREE, disk)) {
                for (int round = 0; round < 200; round++) {
                    int offset = random.nextInt(CAPACITY);
                    int length = random.nextInt(CAPACITY - offset + 1) >> random.nextInt(18);
                    ByteBuffer dst = ByteBuffer.allocate(length);

                    bank.read(offset, dst);

                    assertEquals(ByteBuffer.wrap(content, offset, length), dst.flip());
                }
            }
        }
    }

    @Test
    void direct_fileSystemRefusesIt_isFalse() throws IOException {
        Path file = file(CAPACITY);

        try (BlockDeviceBank bank = BlockDeviceBank.open(file, FREE, REFUSES_DIRECT)) {
            assertFalse(bank.direct());
        }
        assertFalse(Disk.REAL.opensDirect(Path.of("/proc/self/status")));
    }

    @Test
    void readAndWrite_direct_openWithTheOption() throws IOException {
        List<OpenOption> options = new ArrayList<>();
        Disk takesDirect = new Disk() {
            @Override
            boolean opensDirect(Path file) {
                return true;
            }

            @Override
            FileChannel open(Path file, OpenOption... given) throws IOException {
                options.addAll(List.of(given));
                return FileChannel.open(file, given[0]);
            }
        };
        try (BlockDeviceBank bank = BlockDeviceBank.open(file(CAPACITY), FREE, takesDirect)) {
            bank.begin(1);

            OpenOption direct = DirectIo.option().orElseThrow();
            assertTrue(bank.direct());
            assertEquals(List.of(StandardOpenOption.READ, direct, StandardOpenOption.WRITE, direct), options);
        }
    }

    @Test
    void write_kernelTakesPartsOfUnits_writesEverything() throws IOException {
        byte[] image = random(5 * 4096);
        Path file = file(CAPACITY);
        DirectIo io = new DirectIo(512); // FaultyDisk takes 1000 bytes at a time
        try (FileChannel channel = new FaultyDisk().open(file, StandardOpenOption.WRITE)) {
            io.write(channel, ByteBuffer.wrap(image), 4096);
        }

        byte[] back = new byte[image.length];
        ByteBuffer.wrap(Files.readAllBytes(file)).get(4096, back);
        assertArrayEquals(image, back);
    }

    @ParameterizedTest
    @CsvSource({"0, 40960", "512, 40960", "0, 40000", "7, 40001"})
    void readAndWrite_memoryOutsideTheHeap_alignedOrNot(int skipped, int length) throws IOException {
        byte[] image = random(40960);
        Path file = file(CAPACITY);
        ByteBuffer memory = ByteBuffer.allocateDirect(1 << 17)
                .alignedSlice(512)
                .position(skipped)
                .slice();
        DirectIo io = new DirectIo(512); // FaultyDisk takes 1000 bytes at a time
        try (FileChannel channel = new FaultyDisk().open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            io.write(channel, memory.put(image).flip(), 4096);
            io.read(channel, memory.clear().limit(length), 4096);
        }

        byte[] back = new byte[length];
        memory.flip().get(back);
        assertArrayEquals(Arrays.copyOf(image, length), back);
    }

    @Test
    void write_kernelTakesLessThanAUnit_isAFault() throws IOException {
        try (FileChannel channel = new FaultyDisk().open(file(CAPACITY), StandardOpenOption.WRITE)) {
            IOException fault = assertThrows(
                    IOException.class, () -> new DirectIo(4096).write(channel, ByteBuffer.allocate(4096), 8192));

            assertEquals("nothing was written of 4096 bytes at 8192", fault.getMessage());
        }
    }

    @Test
    void sync_failedOnce_failsUntilTheNextBegin() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        try (BlockDeviceBank bank = BlockDeviceBank.open(file(CAPACITY), FREE, disk)) {
            bank.begin(1);
            disk.failForce = "bank";
            assertThrows(HalException.class, bank::sync);
            disk.failForce = "";

            assertThrows(HalException.class, bank::sync);
            bank.begin(1);
            bank.sync();
        }
    }

    @Test
    void beginAndRead_mediumOfAnotherSize_areRefused() throws IOException {
        Path file = file(CAPACITY);
        try (BlockDeviceBank bank = BlockDeviceBank.open(file, () -> false)) {
            Files.write(file, new byte[CAPACITY / 2]);

            HalException other = assertThrows(HalException.class, () -> bank.begin(1));

            assertTrue(
                    other.getMessage().endsWith("is 524288 bytes long, and was 1048576: another medium?"),
                    other.getMessage());
            HalException end = assertThrows(HalException.class, () -> bank.read(CAPACITY / 2, ByteBuffer.allocate(1)));
            assertTrue(end.getMessage().endsWith("it ends 1 bytes too early"), end.getMessage());
            assertThrows(HalException.class, () -> bank.read(0, ByteBuffer.allocate(1)));
        }
    }

    @Test
    void readAndBegin_deviceThatCameBack_workAgain() throws IOException {
        Path file = file(CAPACITY);
        FaultyDisk disk = new FaultyDisk();
        try (BlockDeviceBank bank = BlockDeviceBank.open(file, FREE, disk)) {
            disk.failRead = "bank";
            assertThrows(HalException.class, () -> bank.read(0, ByteBuffer.allocate(1)));
            disk.failOpen = "bank";
            assertThrows(HalException.class, () -> bank.read(0, ByteBuffer.allocate(1)));
            disk.failRead = "";
            disk.failOpen = "";

            bank.read(0, ByteBuffer.allocate(1));
            bank.begin(1);
        }
    }

    @Test
    void everyChange_guardRefuses_isRefused() throws IOException {
        Path file = file(CAPACITY);
        boolean[] used = new boolean[1];
        Guard guard = what -> {
            if (used[0]) {
                throw new HalException(HalException.Kind.LOCKED, what);
            }
        };
        try (BlockDeviceBank bank = BlockDeviceBank.open(file, guard, Disk.REAL)) {
            FlashGeometry geometry = bank.geometry();
            bank.begin(1);
            used[0] = true;

            assertEquals("begin", refusal(() -> bank.begin(1)));
            assertEquals("erase", refusal(() -> bank.erase(0, geometry.eraseSizeBytes())));
            assertEquals("write", refusal(() -> bank.write(0, ByteBuffer.allocate(geometry.writeSizeBytes()))));
        }
    }

    private static String refusal(Executable call) {
        HalException refused = assertThrows(HalException.class, call);
        assertEquals(HalException.Kind.LOCKED, refused.kind());
        return refused.getMessage();
    }

    private Path file(int length) throws IOException {
        return Files.write(folder.resolve("bank"), new byte[length]);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    abstract static class Contract extends FlashBankContract {
        private final Disk disk;
        private final List<BlockDeviceBank> open = new ArrayList<>();

        @TempDir
        Path folder;

        Contract(Disk disk) {
            this.disk = disk;
        }

        @Override
        protected FlashBank newBank() throws IOException {
            Files.write(folder.resolve("b"), new byte[CAPACITY]);
            return open("b", false);
        }

        @Override
        protected FlashBank newRunningBank() throws IOException {
            Files.write(folder.resolve("a"), new byte[CAPACITY]);
            return open("a", true);
        }

        @Override
        protected FlashBank reopen(FlashBank old) throws IOException {
            ((BlockDeviceBank) old).close();
            return open("b", false);
        }

        private BlockDeviceBank open(String name, boolean running) throws IOException {
            Path file = folder.resolve(name);
            BlockDeviceBank bank = BlockDeviceBank.open(file, Guard.notRunning(file, () -> running), disk);
            open.add(bank);
            return bank;
        }

        @AfterEach
        void closeAll() throws IOException {
            for (BlockDeviceBank bank : open) {
                bank.close();
            }
        }
    }

    @Nested
    class Direct extends Contract {
        Direct() {
            super(Disk.REAL);
        }
    }

    @Nested
    class ThroughTheCache extends Contract {
        ThroughTheCache() {
            super(REFUSES_DIRECT);
        }
    }
}

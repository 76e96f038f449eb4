// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class LinuxBanksTest {
    private static final ComponentId OS = ComponentId.of("os");
    private static final ComponentId BOOT = ComponentId.of("boot");
    private static final int BEGIN = 128 << 10;
    private static final int CAPACITY = 256 << 10;

    @TempDir
    Path folder;

    private KernelTree kernel;
    private int measurements;
    private boolean unknown;

    @BeforeEach
    void makeKernel() throws IOException {
        kernel = new KernelTree(Files.createDirectory(folder.resolve("kernel")));
    }

    @Test
    void open_files_areFileBanksOfTheirOwnSizes() throws IOException {
        file("a", new byte[CAPACITY]);
        file("b", new byte[2 * CAPACITY]);
        try (LinuxBanks banks = open("a", "b")) {
            assertEquals(List.of(OS), banks.components());
            assertInstanceOf(FileFlashBank.class, banks.bank(BankId.A, OS));
            assertEquals(CAPACITY, banks.bank(BankId.A, OS).geometry().capacityBytes());
            assertEquals(2 * CAPACITY, banks.bank(BankId.B, OS).geometry().capacityBytes());
            assertSame(banks.bank(BankId.B, OS), banks.bank(BankId.B, OS));
            assertThrows(IllegalArgumentException.class, () -> banks.bank(BankId.A, BOOT));
        }
    }

    @Test
    void open_severalComponents_keepTheirOrder() throws IOException {
        try (LinuxBanks banks = twoComponents()) {
            assertEquals(List.of(OS, BOOT), banks.components());
        }
    }

    @Test
    void open_oneBankOnly_isMisuse() {
        Map<ComponentId, Map<BankId, Path>> half = Map.of(OS, Map.of(BankId.A, folder.resolve("a")));

        IllegalArgumentException misuse = assertThrows(IllegalArgumentException.class, () -> open(half));

        assertEquals("component os has no bank B", misuse.getMessage());
    }

    @Test
    void open_fileOfNoFittingLength_saysHowToMend() throws IOException {
        file("a", new byte[CAPACITY + 1]);
        file("b", new byte[CAPACITY]);

        assertRefused(
                "bank A of os, " + path("a") + " is 262145 bytes long, a bank in a file is a multiple of 65536"
                        + " (truncate --size=%65536 " + path("a") + ")",
                () -> open("a", "b"));
    }

    @Test
    void open_nothingThere_isRefused() throws IOException {
        file("a", new byte[CAPACITY]);

        assertRefused(
                "bank B of os, " + path("b") + " isn't there: is the device attached, and the configuration right?",
                () -> open("a", "b"));
    }

    @Test
    void open_folderOrTerminal_isRefused() throws IOException {
        file("a", new byte[CAPACITY]);
        Files.createDirectory(path("b"));

        assertRefused(
                "bank B of os, " + path("b") + " is neither a file, a block device, a UBI volume nor an MTD partition",
                () -> open("a", "b"));
        assertRefused(
                "bank B of os, /dev/null is neither a file, a block device, a UBI volume nor an MTD partition",
                () -> open(Map.of(OS, Map.of(BankId.A, path("a"), BankId.B, Path.of("/dev/null")))));
    }

    @Test
    void open_sameFileByAnotherName_isRefused() throws IOException {
        file("a", new byte[CAPACITY]);
        Files.createSymbolicLink(path("b"), path("a"));

        assertRefused(
                "bank B of os, " + path("b") + " shares its bytes with bank A of os, " + path("a")
                        + ": give each a partition of its own",
                () -> open("a", "b"));
    }

    @Test
    void open_diskAndItsPartition_areRefusedEitherWay() throws IOException {
        kernel.disk("sda", "8:0");
        kernel.partition("sda", "sda2", "8:2");

        assertShared("/dev/sda", "/dev/sda2");
        assertShared("/dev/sda2", "/dev/sda");
    }

    @Test
    void open_partitionAndTheVolumeOnIt_areRefused() throws IOException {
        kernel.disk("sda", "8:0");
        kernel.partition("sda", "sda2", "8:2");
        kernel.disk("dm-0", "254:0");
        kernel.holds("dm-0", "8:2");

        assertShared("/dev/sda2", "/dev/dm-0");
    }

    @Test
    void open_fileAndTheLoopDeviceOnIt_areRefused() throws IOException {
        file("a", new byte[CAPACITY]);
        kernel.loop("loop0", "7:0", path("a").toString());
        kernel.partition("loop0", "loop0p1", "259:0");

        assertShared(path("a").toString(), "/dev/loop0p1");
    }

    @Test
    void open_twoPartitionsOrVolumesOfOneDisk_areApart() throws IOException {
        kernel.disk("sda", "8:0");
        kernel.partition("sda", "sda2", "8:2");
        kernel.partition("sda", "sda3", "8:3");
        kernel.disk("dm-0", "254:0");
        kernel.holds("dm-0", "8:0");
        kernel.disk("dm-1", "254:1");
        kernel.holds("dm-1", "8:0");

        for (String b : List.of("/dev/sda3", "/dev/dm-1")) {
            String a = b.equals("/dev/sda3") ? "/dev/sda2" : "/dev/dm-0";
            HalException missing = assertThrows(HalException.class, () -> open(Map.of(OS, paths(a, b))));
            assertTrue(missing.getMessage().contains("isn't there"), missing.getMessage());
        }
    }

    @Test
    void running_measuredOnce_isNotMeasuredAgain() throws IOException {
        try (LinuxBanks banks = filled()) {
            unknown = true;
            assertThrows(HalException.class, banks::running);
            assertThrows(HalException.class, banks::running);
            unknown = false;
            assertEquals(BankId.A, banks.running());
            unknown = true;

            assertEquals(BankId.A, banks.running());
            assertEquals(3, measurements);
        }
    }

    @Test
    void everyChange_runningBank_isLocked() throws IOException {
        try (LinuxBanks banks = filled()) {
            FlashBank bank = banks.bank(BankId.A, OS);

            assertLocked("begin: bank A is running", () -> bank.begin(1));
            assertLocked("erase: bank A is running", () -> bank.erase(0, 64 << 10));
            assertLocked("write: bank A is running", () -> bank.write(0, ByteBuffer.allocate(4096)));
            assertLocked("spoil: bank A is running", () -> banks.spoil(BankId.A));
            banks.bank(BankId.B, OS).begin(1);
        }
    }

    @Test
    void everyChange_runningBankUnknown_isLockedForBoth() throws IOException {
        unknown = true;
        try (LinuxBanks banks = filled()) {
            for (BankId id : BankId.values()) {
                FlashBank bank = banks.bank(id, OS);
                String because = ": no bank is written while the running one isn't known: RUNNING_BANK_UNKNOWN";

                assertLocked("begin" + because, () -> bank.begin(1));
                assertLocked("spoil" + because, () -> banks.spoil(id));
                bank.read(0, ByteBuffer.allocate(1));
                assertTrue(banks.isBootable(id));
            }
        }
    }

    @Test
    void begin_loopDeviceOnTheFileMounted_isLocked() throws IOException {
        try (LinuxBanks banks = filled()) {
            kernel.loop("loop0", "7:0", path("b").toString());
            kernel.write("proc/self/mountinfo", "40 1 7:0 / /mnt rw - ext4 /dev/loop0 rw\n");

            assertLocked(
                    "begin: bank " + path("b") + " is in use: loop0 (7:0) is mounted on /mnt, unmount it",
                    () -> banks.bank(BankId.B, OS).begin(1));
        }
    }

    @Test
    void spoil_image_overwritesItsBeginOnly() throws IOException {
        byte[] image = random(CAPACITY);
        try (LinuxBanks banks = filled()) {
            for (int round = 0; round < 2; round++) {
                banks.spoil(BankId.B);

                byte[] left = Files.readAllBytes(path("b"));
                byte[] begin = new byte[BEGIN];
                byte[] text = "Twinbank: this bank holds no image.\n".getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(text, 0, begin, 0, text.length);
                assertArrayEquals(begin, Arrays.copyOf(left, BEGIN));
                assertEquals(
                        ByteBuffer.wrap(image, BEGIN, CAPACITY - BEGIN),
                        ByteBuffer.wrap(left, BEGIN, CAPACITY - BEGIN));
                assertFalse(banks.isBootable(BankId.B));
                assertTrue(banks.isBootable(BankId.A));
            }
            assertLocked(
                    "write: bank " + path("b") + " wasn't begun",
                    () -> banks.bank(BankId.B, OS).write(0, ByteBuffer.allocate(4096)));
        }
    }

    @Test
    void spoil_bankSmallerThanTheBegin_isAllSpoiled() throws IOException {
        file("a", new byte[CAPACITY]);
        file("b", random(64 << 10));
        try (LinuxBanks banks = open("a", "b")) {
            banks.spoil(BankId.B);

            assertFalse(banks.isBootable(BankId.B));
        }
    }

    @Test
    void spoil_severalComponents_spoilsEach() throws IOException {
        try (LinuxBanks banks = twoComponents()) {
            assertTrue(banks.isBootable(BankId.B));

            banks.spoil(BankId.B);

            assertEquals('T', Files.readAllBytes(path("b"))[0]);
            assertEquals('T', Files.readAllBytes(path("boot-b"))[0]);
            FlashBank os = banks.bank(BankId.B, OS);
            os.begin(1);
            os.erase(0, 64 << 10);
            os.write(0, ByteBuffer.wrap(random(64 << 10)));
            assertFalse(banks.isBootable(BankId.B), "its other component has none");
        }
    }

    @Test
    void isBootable_nothingButZerosOrOnes_isFalse() throws IOException {
        byte[] ones = new byte[CAPACITY];
        Arrays.fill(ones, (byte) 0xff);
        file("a", new byte[CAPACITY]);
        file("b", ones);
        try (LinuxBanks banks = open("a", "b")) {
            assertFalse(banks.isBootable(BankId.A));
            assertFalse(banks.isBootable(BankId.B));
        }
    }

    @Test
    void isBootable_fileSystemThatBeginsLate_isTrue() throws IOException {
        byte[] btrfs = new byte[CAPACITY];
        btrfs[(64 << 10) + 0x40] = '_';
        byte[] filled = new byte[CAPACITY];
        Arrays.fill(filled, (byte) 7);
        file("a", btrfs);
        file("b", filled);
        try (LinuxBanks banks = open("a", "b")) {
            assertTrue(banks.isBootable(BankId.A));
            assertTrue(banks.isBootable(BankId.B));
        }
    }

    @Test
    void securityVersion_spoiledBank_isEmpty() throws IOException {
        try (LinuxBanks banks = filled()) {
            assertEquals(OptionalLong.of(41), banks.securityVersion(BankId.B));

            banks.spoil(BankId.B);

            assertEquals(OptionalLong.empty(), banks.securityVersion(BankId.B));
        }
    }

    @Test
    void close_all_endsWhatWasBegun() throws IOException {
        LinuxBanks banks = filled();
        FlashBank bank = banks.bank(BankId.B, OS);
        bank.begin(1);

        banks.close();

        assertLocked("erase: bank " + path("b") + " wasn't begun", () -> bank.erase(0, 64 << 10));
    }

    private LinuxBanks filled() throws IOException {
        file("a", random(CAPACITY));
        file("b", random(CAPACITY));
        return open("a", "b");
    }

    private LinuxBanks twoComponents() throws IOException {
        for (String name : List.of("a", "b", "boot-a", "boot-b")) {
            file(name, random(CAPACITY));
        }
        Map<ComponentId, Map<BankId, Path>> devices = new LinkedHashMap<>();
        devices.put(OS, Map.of(BankId.A, path("a"), BankId.B, path("b")));
        devices.put(BOOT, Map.of(BankId.A, path("boot-a"), BankId.B, path("boot-b")));
        return open(devices);
    }

    private LinuxBanks open(String a, String b) throws HalException {
        return open(Map.of(OS, Map.of(BankId.A, path(a), BankId.B, path(b))));
    }

    private LinuxBanks open(Map<ComponentId, Map<BankId, Path>> devices) throws HalException {
        return LinuxBanks.open(devices, this::measure, bank -> OptionalLong.of(41), kernel);
    }

    private BankId measure() throws HalException {
        measurements++;
        if (unknown) {
            throw new HalException(HalException.Kind.UNSUPPORTED, "RUNNING_BANK_UNKNOWN");
        }
        return BankId.A;
    }

    private static Map<BankId, Path> paths(String a, String b) {
        return Map.of(BankId.A, Path.of(a), BankId.B, Path.of(b));
    }

    private void assertShared(String a, String b) {
        assertRefused(
                "bank B of os, " + b + " shares its bytes with bank A of os, " + a
                        + ": give each a partition of its own",
                () -> open(Map.of(OS, paths(a, b))));
    }

    private static void assertRefused(String message, Executable call) {
        HalException refused = assertThrows(HalException.class, call);
        assertEquals(message, refused.getMessage());
        assertEquals(HalException.Kind.UNSUPPORTED, refused.kind());
    }

    private static void assertLocked(String message, Executable call) {
        HalException locked = assertThrows(HalException.class, call);
        assertEquals(message, locked.getMessage());
        assertEquals(HalException.Kind.LOCKED, locked.kind());
    }

    private Path path(String name) {
        return folder.resolve(name);
    }

    private void file(String name, byte[] content) throws IOException {
        Files.write(path(name), content);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}

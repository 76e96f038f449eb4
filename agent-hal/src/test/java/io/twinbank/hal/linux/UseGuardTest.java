// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bank is the third partition of a disk. */
class UseGuardTest {
    private static final Path BANK = Path.of("/dev/sda3");

    @TempDir
    Path folder;

    private KernelTree kernel;

    @BeforeEach
    void makeDisk() throws IOException {
        kernel = new KernelTree(folder);
        kernel.disk("sda", "8:0");
        kernel.partition("sda", "sda2", "8:2");
        kernel.partition("sda", "sda3", "8:3");
    }

    @Test
    void check_nothingUsesIt_passes() {
        assertFree(BANK);
    }

    @Test
    void check_siblingMounted_passes() throws IOException {
        mounted("8:2", "/", "/dev/sda2");

        assertFree(BANK);
    }

    @Test
    void check_mounted_isRefused() throws IOException {
        mounted("8:3", "/mnt/other\\040bank", "/dev/sda3");

        assertRefused("sda3 (8:3) is mounted on /mnt/other bank, unmount it");
    }

    @Test
    void check_mountedAsRoot_mayBeTheRunningBank() throws IOException {
        mounted("8:3", "/", "/dev/root");

        assertRefused("sda3 (8:3) is mounted on /, unmount it; or is this the running bank?");
    }

    @Test
    void check_mountedUnderANumberOfTheFileSystemsOwn_isKnownByItsSource() throws IOException {
        mounted("0:45", "/data", "/dev/sda3");

        assertRefused("sda3 (8:3) is mounted on /data, unmount it");
    }

    @Test
    void check_mountedForTheFirstProcessOnly_isRefused() throws IOException {
        kernel.write("proc/1/mountinfo", "40 1 8:3 / /host rw - ext4 /dev/sda3 rw\n");

        assertRefused("sda3 (8:3) is mounted on /host, unmount it");
    }

    @Test
    void check_mountedInANamespaceOutOfSight_isRefused() throws IOException {
        kernel.write("sys/fs/ext4/sda3/errors_count", "0\n");

        assertRefused("sda3 (8:3) is mounted in another namespace, such as a container's: unmount it there");
    }

    @Test
    void check_wholeDiskMounted_isRefused() throws IOException {
        mounted("8:0", "/disk", "/dev/sda");

        assertRefused("sda (8:0) is mounted on /disk, unmount it");
    }

    @Test
    void check_partitionOfTheBankMounted_isRefused() throws IOException {
        mounted("8:2", "/boot", "/dev/sda2");

        assertRefused(Path.of("/dev/sda"), "sda2 (8:2) is mounted on /boot, unmount it");
    }

    @Test
    void check_volumeOnItMounted_isRefused() throws IOException {
        kernel.disk("dm-0", "254:0");
        kernel.holds("dm-0", "8:3");
        mounted("254:0", "/", "/dev/mapper/root");

        assertRefused("dm-0 (254:0) is mounted on /, unmount it; or is this the running bank?");
    }

    @Test
    void check_partitionOfAVolumeTwoLayersUpMounted_isRefused() throws IOException {
        kernel.disk("md0", "9:0");
        kernel.holds("md0", "8:3");
        kernel.disk("dm-0", "254:0");
        kernel.holds("dm-0", "9:0");
        kernel.partition("dm-0", "dm-0p1", "259:1");
        mounted("259:1", "/srv", "/dev/dm-0p1");

        assertRefused("dm-0p1 (259:1) is mounted on /srv, unmount it");
    }

    @Test
    void check_volumeOnItNotMounted_isRefused() throws IOException {
        kernel.disk("dm-0", "254:0");
        kernel.holds("dm-0", "8:3");

        assertRefused(
                "the volume dm-0 (254:0) lies on sda3 (8:3), close it (dmsetup remove, mdadm --stop, vgchange -an)");
    }

    @Test
    void check_loopDeviceOnItMounted_isRefused() throws IOException {
        kernel.loop("loop0", "7:0", "/dev/sda3");
        assertFree(BANK);

        mounted("7:0", "/mnt", "/dev/loop0");

        assertRefused("loop0 (7:0) is mounted on /mnt, unmount it");
    }

    @Test
    void check_loopDeviceOnTheBanksFileMounted_isRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("bank-b"));
        kernel.loop("loop1", "7:1", file.toString());
        kernel.partition("loop1", "loop1p2", "259:0");
        kernel.loop("loop2", "7:2", "/gone (deleted)");
        assertFree(file);

        mounted("259:0", "/mnt", "/dev/loop1p2");

        assertRefused(file, "loop1p2 (259:0) is mounted on /mnt, unmount it");
    }

    @Test
    void check_swappedTo_isRefused() throws IOException {
        kernel.write("proc/swaps", "Filename Type Size Used Priority\n/dev/sda3 partition 1024 0 -2\n");

        assertRefused("the system swaps to /dev/sda3, end that (swapoff /dev/sda3)");
    }

    @Test
    void check_swappedToTheBanksFile_isRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("bank-b"));
        kernel.write("proc/swaps", "Filename Type Size Used Priority\n" + file + " file 1024 0 -2\n");

        assertRefused(file, "the system swaps to " + file + ", end that (swapoff " + file + ")");
    }

    @Test
    void check_rootOfTheCommandLine_isRefused() throws IOException {
        kernel.node(Path.of("/dev/disk/by-partuuid/0b-03"), "8:3");
        kernel.write("proc/cmdline", "console=ttyS0 root=PARTUUID=0b-03 ro");

        assertRefused("the kernel's command line has root=PARTUUID=0b-03, so this is the running bank");
    }

    @Test
    void check_readOnlyDevice_isRefused() throws IOException {
        kernel.write("sys/devices/sda/sda3/ro", "1\n");

        assertRefused("the device is read-only, make it writable (blockdev --setrw)");
    }

    @Test
    void check_mountedAfterBegin_isRefusedAtTheSixteenthEraseAndThoseAfter() throws Exception {
        UseGuard guard = new UseGuard(kernel, BANK);
        guard.check("begin");
        mounted("8:3", "/data", "/dev/sda3");

        for (int i = 1; i < 16; i++) {
            guard.check("erase");
        }
        HalException sixteenth = assertThrows(HalException.class, () -> guard.check("erase"));
        HalException next = assertThrows(HalException.class, () -> guard.check("erase"));

        assertEquals(HalException.Kind.LOCKED, sixteenth.kind());
        assertEquals(HalException.Kind.LOCKED, next.kind());
    }

    @Test
    void check_procCannotBeRead_isNotTakenForFree() throws IOException {
        Files.delete(folder.resolve("proc/self/mountinfo"));

        HalException fault = assertThrows(HalException.class, () -> new UseGuard(kernel, BANK).check("begin"));

        assertEquals(HalException.Kind.IO, fault.kind());
        assertTrue(
                fault.getMessage().startsWith("begin: bank /dev/sda3 may be in use, Linux can't be asked: "),
                fault.getMessage());
    }

    private void mounted(String number, String point, String source) throws IOException {
        kernel.write(
                "proc/self/mountinfo",
                "22 1 0:21 / /proc rw - proc proc rw\n40 1 " + number + " / " + point + " rw,relatime shared:1 - ext4 "
                        + source + " rw\n");
    }

    private void assertFree(Path bank) {
        assertDoesNotThrow(() -> new UseGuard(kernel, bank).check("begin"));
    }

    private void assertRefused(String reason) {
        assertRefused(BANK, reason);
    }

    private void assertRefused(Path bank, String reason) {
        HalException refused = assertThrows(HalException.class, () -> new UseGuard(kernel, bank).check("erase"));

        assertEquals("erase: bank " + bank + " is in use: " + reason, refused.getMessage());
        assertEquals(HalException.Kind.LOCKED, refused.kind());
    }
}

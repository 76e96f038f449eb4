// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static io.twinbank.hal.linux.LoopDevice.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FlashBankContract;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real block devices: loop devices. */
@Needs(Part.LOOP_DEVICE)
class BlockDeviceBankIT extends FlashBankContract {
    private static final int CAPACITY = 1 << 20;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @TempDir
    Path folder;

    private Path device;

    @Override
    protected FlashBank newBank() throws IOException {
        device = loop("b");
        return bank(device, false);
    }

    @Override
    protected FlashBank newRunningBank() throws IOException {
        return bank(loop("a"), true);
    }

    @Override
    protected FlashBank reopen(FlashBank old) throws IOException {
        ((BlockDeviceBank) old).close();
        return bank(device, false);
    }

    @Test
    void open_loopDevice_hasItsSizeAndGoesPastTheCache() throws IOException {
        try (BlockDeviceBank bank = bank(device, false)) {
            assertEquals(CAPACITY, bank.geometry().capacityBytes());
            assertTrue(bank.direct());
        }
    }

    @Test
    void begin_mounted_isRefusedUntilItIsUnmounted() throws IOException {
        run("mkfs.ext4", "-q", device.toString());
        Path point = Files.createDirectory(folder.resolve("mnt"));
        run("mount", device.toString(), point.toString());
        try (BlockDeviceBank onDevice = bank(device, false)) {
            String name = device.getFileName().toString();
            try {
                HalException refused = assertThrows(HalException.class, () -> onDevice.begin(1));

                assertEquals(HalException.Kind.LOCKED, refused.kind());
                assertTrue(
                        refused.getMessage()
                                .matches(".* is in use: " + name + " \\(7:\\d+\\) is mounted on " + point
                                        + ", unmount it"),
                        refused.getMessage());
            } finally {
                run("umount", point.toString());
            }
            onDevice.begin(1);
        }
    }

    @Test
    void begin_fileWhoseLoopDeviceIsMounted_isRefused() throws IOException {
        run("mkfs.ext4", "-q", device.toString());
        Path point = Files.createDirectory(folder.resolve("mnt"));
        run("mount", device.toString(), point.toString());
        try (BlockDeviceBank onFile = bank(folder.resolve("b"), false)) {
            HalException refused = assertThrows(HalException.class, () -> onFile.begin(1));

            assertEquals(HalException.Kind.LOCKED, refused.kind());
        } finally {
            run("umount", point.toString());
        }
    }

    @Test
    void begin_mountedInAnotherNamespace_isRefused() throws IOException {
        run("mkfs.ext4", "-q", device.toString());
        Path point = Files.createDirectory(folder.resolve("mnt"));
        Process other = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        "mount " + device + " " + point + " && echo mounted && read end")
                .redirectErrorStream(true)
                .start();
        try (BlockDeviceBank bank = bank(device, false)) {
            assertEquals("mounted", other.inputReader().readLine());

            HalException refused = assertThrows(HalException.class, () -> bank.begin(1));

            assertTrue(refused.getMessage().contains("is mounted in another namespace"), refused.getMessage());
        } finally {
            other.getOutputStream().close();
            other.onExit().join();
        }
    }

    @Test
    void begin_swappedTo_isRefused() throws IOException {
        run("mkswap", device.toString());
        run("swapon", device.toString());
        try (BlockDeviceBank bank = bank(device, false)) {
            HalException refused = assertThrows(HalException.class, () -> bank.begin(1));

            assertTrue(refused.getMessage().contains("the system swaps to " + device), refused.getMessage());
        } finally {
            run("swapoff", device.toString());
        }
    }

    @Test
    void begin_readOnlyDevice_isRefused() throws IOException {
        run("blockdev", "--setro", device.toString());
        try (BlockDeviceBank bank = bank(device, false)) {
            HalException refused = assertThrows(HalException.class, () -> bank.begin(1));

            assertTrue(refused.getMessage().contains("the device is read-only"), refused.getMessage());
        } finally {
            run("blockdev", "--setrw", device.toString());
        }
    }

    @Test
    void read_cacheHoldsSomethingElse_comesFromTheMedium() throws IOException {
        byte[] cached = Files.readAllBytes(device);
        Files.write(folder.resolve("b"), new byte[] {5}, StandardOpenOption.WRITE); // below the device
        assertArrayEquals(cached, Files.readAllBytes(device));

        ByteBuffer first = ByteBuffer.allocate(1);
        bank(device, false).read(0, first);

        assertEquals(5, first.get(0));
    }

    private Path loop(String name) throws IOException {
        LoopDevice loop = LoopDevice.on(Files.write(folder.resolve(name), new byte[CAPACITY]));
        open.add(loop);
        return loop.path();
    }

    private BlockDeviceBank bank(Path path, boolean running) throws IOException {
        BlockDeviceBank bank = BlockDeviceBank.open(path, () -> running);
        open.addFirst(bank);
        return bank;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FlashBankContract;
import io.twinbank.hal.linux.Program.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A partition in a file, and an eraser that fills it with ones as {@code flash_erase} does. */
class MtdBankTest extends FlashBankContract {
    private static final int BLOCK = 64 << 10;

    @TempDir
    Path folder;

    private final List<MtdBank> open = new ArrayList<>();
    private final List<String> erased = new ArrayList<>();
    private KernelTree kernel;
    private Result ending = new Result(0, new byte[0], "");

    /** The suite asks for banks first. */
    private KernelTree kernel() throws IOException {
        if (kernel == null) {
            kernel = new KernelTree(Files.createDirectory(folder.resolve("kernel")));
            for (String partition : List.of("mtd3", "mtd4")) {
                kernel.write("sys/class/mtd/" + partition + "/type", "nor\n");
                kernel.write("sys/class/mtd/" + partition + "/name", "kernel" + partition.charAt(3) + "\n");
                kernel.write("sys/class/mtd/" + partition + "/erasesize", BLOCK + "\n");
                kernel.write("sys/class/mtd/" + partition + "/writesize", "1\n");
                kernel.write("sys/class/mtd/" + partition + "/size", 4 * BLOCK + "\n");
                Files.write(folder.resolve(partition), new byte[4 * BLOCK]);
            }
        }
        return kernel;
    }

    @Override
    protected FlashBank newBank() throws IOException {
        return open("mtd3", false);
    }

    @Override
    protected FlashBank newRunningBank() throws IOException {
        return open("mtd4", true);
    }

    @Override
    protected FlashBank reopen(FlashBank old) throws IOException {
        ((MtdBank) old).close();
        return open("mtd3", false);
    }

    @Test
    void open_norPartition_hasItsShape() throws IOException {
        assertEquals(
                new FlashGeometry(4 * BLOCK, 4096, BLOCK), open("mtd3", false).geometry());
    }

    @Test
    void open_rawNand_isRefused() throws IOException {
        kernel().write("sys/class/mtd/mtd3/type", "nand\n");

        assertFault(
                HalException.Kind.UNSUPPORTED,
                "bank " + folder.resolve("mtd3") + " is 'nand', not one of NOR: put UBI on it, and use a volume",
                () -> open("mtd3", false));
    }

    @Test
    void erase_someBlocks_erasesThese() throws IOException {
        MtdBank bank = open("mtd3", false);
        bank.begin(1);

        bank.erase(BLOCK, 2 * BLOCK);
        bank.erase(0, 0);

        assertEquals(List.of("65536 2"), erased);
    }

    @Test
    void erase_programFails_isAFault() throws IOException {
        MtdBank bank = open("mtd3", false);
        bank.begin(1);
        ending = new Result(1, new byte[0], "flash_erase: error!: MEMERASE64: Input/output error");

        assertFault(
                HalException.Kind.IO,
                "erase " + folder.resolve("mtd3")
                        + ": flash_erase ended with 1: flash_erase: error!: MEMERASE64: Input/output error",
                () -> bank.erase(0, BLOCK));
    }

    @Test
    void begin_mountedUnderAnyOfItsNames_isLocked() throws IOException {
        for (String source : List.of("mtd3", "mtd:kernel3", "/dev/mtdblock3", "/dev/mtd3")) {
            kernel().write("proc/self/mountinfo", "40 1 0:45 / /mnt rw - jffs2 " + source + " rw\n");

            assertFault(
                    HalException.Kind.LOCKED,
                    "begin: bank " + folder.resolve("mtd3") + " is in use: " + source
                            + " is mounted on /mnt, unmount it",
                    () -> open("mtd3", false).begin(1));
            open("mtd4", false).begin(1);
        }
    }

    @Test
    void begin_ubiAttached_isLocked() throws IOException {
        kernel().write("sys/class/ubi/version", "1\n");
        kernel().write("sys/class/ubi/ubi0/mtd_num", "3\n");

        assertFault(
                HalException.Kind.LOCKED,
                "begin: bank " + folder.resolve("mtd3")
                        + " is in use: ubi0 is attached to it: use its volumes, or detach it (ubidetach -m 3)",
                () -> open("mtd3", false).begin(1));
        open("mtd4", false).begin(1);
    }

    private MtdBank open(String partition, boolean running) throws IOException {
        Path path = folder.resolve(partition);
        MtdBank bank =
                MtdBank.open(path, kernel(), Guard.notRunning(path, () -> running), (limit, command) -> erase(command));
        open.add(bank);
        return bank;
    }

    /** {@code flash_erase --quiet PARTITION OFFSET BLOCKS}. */
    private Result erase(List<String> command) throws HalException {
        assertEquals(List.of("flash_erase", "--quiet"), command.subList(0, 2));
        erased.add(command.get(3) + " " + command.get(4));
        try (RandomAccessFile file = new RandomAccessFile(command.get(2), "rw")) {
            byte[] ones = new byte[Integer.parseInt(command.get(4)) * BLOCK];
            Arrays.fill(ones, (byte) 0xff);
            file.seek(Long.parseLong(command.get(3)));
            file.write(ones);
        } catch (IOException e) {
            throw new HalException(HalException.Kind.IO, "erase", e);
        }
        return ending;
    }

    private static void assertFault(HalException.Kind kind, String message, Executable call) {
        HalException fault = assertThrows(HalException.class, call);
        assertEquals(message, fault.getMessage());
        assertEquals(kind, fault.kind());
    }

    @AfterEach
    void closeAll() throws IOException {
        for (MtdBank bank : open) {
            bank.close();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static io.twinbank.hal.linux.LoopDevice.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.contract.FlashBankContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** On the kernel's mtdram, with nandsim beside it; run by {@link FlashGuest}. */
class MtdBankGuest extends FlashBankContract {
    private static final Path NAND = Path.of("/dev/mtd0");
    private static final Path RAM = Path.of("/dev/mtd1");

    private final List<MtdBank> open = new ArrayList<>();

    @Override
    protected FlashBank newBank() throws IOException {
        return open(RAM, false);
    }

    @Override
    protected FlashBank newRunningBank() throws IOException {
        return open(RAM, true);
    }

    @Override
    protected FlashBank reopen(FlashBank old) throws IOException {
        ((MtdBank) old).close();
        return open(RAM, false);
    }

    @Test
    void open_rawNand_isRefused() {
        HalException refused = assertThrows(HalException.class, () -> open(NAND, false));

        assertEquals(HalException.Kind.UNSUPPORTED, refused.kind());
        assertEquals("bank /dev/mtd0 is 'nand', not one of NOR: put UBI on it, and use a volume", refused.getMessage());
    }

    @Test
    void erase_writtenBlock_readsAsOnes() throws IOException {
        MtdBank bank = open(RAM, false);
        int block = bank.geometry().eraseSizeBytes();
        bank.begin(block);
        bank.erase(0, block);
        bank.write(0, ByteBuffer.allocate(block));

        bank.erase(0, block);

        byte[] ones = new byte[block];
        Arrays.fill(ones, (byte) 0xff);
        ByteBuffer erased = ByteBuffer.allocate(block);
        bank.read(0, erased);
        assertEquals(ByteBuffer.wrap(ones), erased.flip());
    }

    @Test
    void begin_jffs2Mounted_isLocked() throws IOException {
        MtdBank bank = eraseAll();
        run("mount", "-t", "jffs2", "/dev/mtdblock1", "/mnt");
        try {
            assertLocked(
                    "begin: bank /dev/mtd1 is in use: /dev/mtdblock1 is mounted on /mnt, unmount it",
                    () -> bank.begin(1));
        } finally {
            run("umount", "/mnt");
        }
        bank.begin(1);
    }

    @Test
    void begin_attachedToUbi_isLocked() throws IOException {
        MtdBank bank = eraseAll();
        run("ubiattach", "-m", "1", "-d", "1");
        try {
            assertLocked(
                    "begin: bank /dev/mtd1 is in use: ubi1 is attached to it: use its volumes, or detach it (ubidetach -m 1)",
                    () -> bank.begin(1));
        } finally {
            run("ubidetach", "-m", "1");
        }
        bank.begin(1);
    }

    /** What is empty is formatted by whoever mounts or attaches it. */
    private MtdBank eraseAll() throws HalException {
        MtdBank bank = open(RAM, false);
        bank.begin(1);
        bank.erase(0, bank.geometry().capacityBytes());
        bank.end();
        return bank;
    }

    private MtdBank open(Path partition, boolean running) throws HalException {
        MtdBank bank = MtdBank.open(partition, new Kernel(Path.of("/")), Guard.notRunning(partition, () -> running));
        open.add(bank);
        return bank;
    }

    @AfterEach
    void close() throws HalException {
        for (MtdBank each : open) {
            each.close();
        }
    }

    private static void assertLocked(String message, Executable call) {
        HalException refused = assertThrows(HalException.class, call);
        assertEquals(HalException.Kind.LOCKED, refused.kind());
        assertEquals(message, refused.getMessage());
    }
}

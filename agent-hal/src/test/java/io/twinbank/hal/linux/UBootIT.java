// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.contract.BootControlContract;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real U-Boot chooses the bank that was armed, counts the attempts, and falls back. */
@Tag("slow")
@Timeout(120)
@Needs({Part.UBOOT, Part.QEMU_ARM, Part.UBOOT_TOOLS, Part.LIBUBOOTENV})
class UBootIT {
    private static final Path SCRIPTS = Path.of("src/main/boot");

    @TempDir
    Path folder;

    @Nested
    class OurRauc extends BootControlContract {
        @Override
        protected Rig newRig() throws IOException {
            return board();
        }
    }

    @Test
    void boot_oneCopyOfTheEnvironmentDamaged_theOtherIsTaken() throws IOException {
        QemuBoard board = board();
        board.control().armTrial(BankId.B, 3, 7);
        board.boot();
        board.control().confirm();
        for (int copy = 0; copy <= 1; copy++) {
            board.flipBitOfCopy(copy);

            board.boot();

            assertEquals(BankId.B, board.running());
            assertEquals(Trial.NONE, board.control().status().trial());
            board.control().confirm(); // mends it
        }
    }

    @Test
    void boot_confirmed_writesNothing() throws IOException {
        QemuBoard board = board();
        byte[] before = Files.readAllBytes(folder.resolve("disk.bin"));

        board.boot();

        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(folder.resolve("disk.bin"))));
        assertTrue(board.console().contains("BOOTED A"), board.console());
    }

    private QemuBoard board() throws IOException {
        return new QemuBoard(
                folder, Files.readString(SCRIPTS.resolve("uboot-rauc.cmd")), "BOOT_ORDER=A\nBOOT_A_LEFT=3\n");
    }
}

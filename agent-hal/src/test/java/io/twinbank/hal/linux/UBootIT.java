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
import java.util.Map;
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

    @Nested
    class OurBootcount extends BootControlContract {
        @Override
        protected Rig newRig() throws IOException {
            BootConvention convention = BootConvention.bootcount("slot", Map.of(BankId.A, "A", BankId.B, "B"));
            return new UBootBoard(
                    folder,
                    SCRIPTS.resolve("uboot-bootcount.cmd"),
                    convention,
                    "slot upgrade_available bootcount bootlimit twinbank_default",
                    "slot=A\n");
        }
    }

    @Test
    void boot_oneCopyOfTheEnvironmentDamaged_theOtherIsTaken() throws IOException {
        UBootBoard board = board();
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
        UBootBoard board = board();
        byte[] before = Files.readAllBytes(folder.resolve("disk.bin"));

        board.boot();

        assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(folder.resolve("disk.bin"))));
        assertTrue(board.console().contains("BOOTED A"), board.console());
    }

    private UBootBoard board() throws IOException {
        return new UBootBoard(
                folder,
                SCRIPTS.resolve("uboot-rauc.cmd"),
                BootConvention.rauc(),
                "BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT twinbank_trial_attempts",
                "BOOT_ORDER=A\nBOOT_A_LEFT=3\n");
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.hal.contract.BootControlContract;
import io.twinbank.hal.contract.Needs;
import io.twinbank.hal.contract.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real GRUB chooses the bank that was armed, gives it its attempt, and falls back. */
@Tag("slow")
@Timeout(120)
@Needs({Part.GRUB, Part.GRUB_PC, Part.QEMU_X86, Part.MTOOLS})
class GrubIT {
    private static final Path SCRIPT = Path.of("src/main/boot/grub.cfg");

    @TempDir
    Path folder;

    @Nested
    class Ours extends BootControlContract {
        @Override
        protected Rig newRig() throws IOException {
            return board();
        }
    }

    @Test
    void boot_confirmed_writesNothing() throws IOException {
        GrubBoard board = board();
        board.boot();

        assertFalse(board.wrote());
    }

    @Test
    void boot_blockIsTorn_bootsTheFirstBank() throws IOException {
        GrubBoard board = board();
        board.control().armTrial(BankId.B, 1, 7);
        board.boot();
        board.control().confirm();
        assertEquals(Trial.NONE, board.control().status().trial());
        Files.write(folder.resolve("grubenv"), new byte[1024]);

        board.boot();

        assertEquals(BankId.A, board.running(), "what GRUB can't do: go on with the variables lost");
    }

    private GrubBoard board() throws IOException {
        return new GrubBoard(folder, SCRIPT, "ORDER=A B", "A_OK=1", "A_TRY=0");
    }
}

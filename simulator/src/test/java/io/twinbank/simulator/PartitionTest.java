// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.BootResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A partition of a bank that was cut in the middle of a write unit; the rest is tested as any bank. */
class PartitionTest extends BoardBankContract {
    private static final int KERNEL_BYTES = 1_000;
    private static final int UNIT = 4096;

    private final Bench bench = new Bench();

    @Override
    SimulatedBoard newBoard() throws IOException {
        SimulatedBoard board = bench.bootedBoard(bench.board().kernelBytes(KERNEL_BYTES));
        board.bootControl().invalidate(BankId.B);
        return board;
    }

    private static byte[] read(SimulatedBoard board, ComponentId component, int bytes) throws IOException {
        byte[] found = new byte[bytes];
        board.bank(BankId.A, component).read(0, ByteBuffer.wrap(found));
        return found;
    }

    @Test
    void image_installedInOnePiece_liesInBothAndBoots() throws IOException {
        byte[] image = bench.image(1);

        SimulatedBoard board = newBoard();

        assertEquals(List.of(SimulatedBoard.KERNEL, SimulatedBoard.COMPONENT), board.components());
        assertArrayEquals(Arrays.copyOf(image, KERNEL_BYTES), read(board, SimulatedBoard.KERNEL, KERNEL_BYTES));
        assertArrayEquals(
                Arrays.copyOfRange(image, KERNEL_BYTES, image.length),
                read(board, SimulatedBoard.COMPONENT, image.length - KERNEL_BYTES));
        assertEquals(
                UNIT, board.bank(BankId.A, SimulatedBoard.KERNEL).geometry().capacityBytes());
    }

    @Test
    void boot_partOfAnotherImage_isRefusedByTheLoader() throws IOException {
        SimulatedBoard board = newBoard();
        byte[] other = bench.image(2);
        board.storage()
                .bank(BankId.A)
                .poke(KERNEL_BYTES, ByteBuffer.wrap(Arrays.copyOfRange(other, KERNEL_BYTES, other.length)));

        assertInstanceOf(BootResult.Brick.class, board.boot());
    }

    @Test
    void erase_thatOnlyTheOtherPartitionWasBegunFor_isLocked() throws IOException {
        SimulatedBoard board = newBoard();
        board.bank(BankId.B, SimulatedBoard.COMPONENT).begin(UNIT);
        FlashBank kernel = board.bank(BankId.B, SimulatedBoard.KERNEL);

        HalException locked = assertThrows(HalException.class, () -> kernel.erase(0, UNIT));

        assertEquals(HalException.Kind.LOCKED, locked.kind());
    }

    @Test
    void bank_unknownComponent_isRefused() throws IOException {
        SimulatedBoard board = newBoard();

        assertThrows(IllegalArgumentException.class, () -> board.bank(BankId.B, ComponentId.of("modem")));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.contract.FlashBankContract;
import java.io.IOException;

/** Bank B of a board that runs bank A. */
abstract class BoardBankContract extends FlashBankContract {
    /** The board of the test that runs. */
    private SimulatedBoard board;

    /** Makes a board that was booted. */
    abstract SimulatedBoard newBoard() throws IOException;

    SimulatedBoard board() {
        return board;
    }

    @Override
    protected FlashBank newBank() throws IOException {
        board = newBoard();
        return board.bank(BankId.B, SimulatedBoard.COMPONENT);
    }

    @Override
    protected FlashBank newRunningBank() {
        return board.bank(BankId.A, SimulatedBoard.COMPONENT);
    }

    @Override
    protected FlashBank reopen(FlashBank old) throws IOException {
        board.cutPower();
        board.boot();
        return old;
    }
}

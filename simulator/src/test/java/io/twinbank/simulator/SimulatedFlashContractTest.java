// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.contract.FlashBankContract;
import java.io.IOException;

class SimulatedFlashContractTest extends FlashBankContract {
    private SimulatedBoard board;

    @Override
    protected FlashBank newBank() throws IOException {
        board = new Bench().bootedBoard();
        board.bootControl().invalidate(BankId.B);
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

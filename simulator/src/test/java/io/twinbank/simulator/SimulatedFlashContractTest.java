// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import java.io.IOException;

class SimulatedFlashContractTest extends BoardBankContract {
    @Override
    SimulatedBoard newBoard() throws IOException {
        SimulatedBoard board = new Bench().bootedBoard();
        board.bootControl().invalidate(BankId.B);
        return board;
    }
}

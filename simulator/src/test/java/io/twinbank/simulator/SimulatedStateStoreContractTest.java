// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.StateStore;
import io.twinbank.hal.contract.StateStoreContract;
import java.io.IOException;

class SimulatedStateStoreContractTest extends StateStoreContract {
    private SimulatedBoard board;

    @Override
    protected StateStore newStore() throws IOException {
        board = new Bench().bootedBoard();
        return board.stateStore();
    }

    @Override
    protected StateStore reopen(StateStore old) throws IOException {
        board.cutPower();
        board.boot();
        return old;
    }
}

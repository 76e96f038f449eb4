// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.StateStore;
import io.twinbank.hal.contract.StateStoreContract;
import io.twinbank.simulator.profile.Profiles;
import java.io.IOException;

/** The reference store. */
@OnEveryMedium
class FlashRecordsContractTest extends StateStoreContract {
    private final String profile;
    private SimulatedBoard board;

    FlashRecordsContractTest(String profile) {
        this.profile = profile;
    }

    @Override
    protected StateStore newStore() throws IOException {
        Bench bench = new Bench();
        board = bench.bootedBoard(bench.board().profile(Profiles.named(profile)));
        return board.stateStore();
    }

    @Override
    protected StateStore reopen(StateStore old) throws IOException {
        board.cutPower();
        board.boot();
        return old;
    }
}

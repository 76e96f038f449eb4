// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.contract.CounterContract;
import java.io.IOException;

class SimulatedCounterContractTest extends CounterContract {
    private SimulatedBoard board;

    @Override
    protected MonotonicCounter newCounter() throws IOException {
        Bench bench = new Bench();
        board = bench.board().counterEnd(8).build();
        Bench.install(board, BankId.A, bench.image(1));
        board.boot();
        return board.counter(CounterId.TRUST_VERSION);
    }

    @Override
    protected MonotonicCounter reopen(MonotonicCounter old) throws IOException {
        board.cutPower();
        board.boot();
        return old;
    }
}

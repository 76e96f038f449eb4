// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.contract.FlashBankContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class FileBankContractTest extends FlashBankContract {
    @TempDir
    private Path folder;

    private SimulatedBoard board;

    @Override
    protected FlashBank newBank() throws IOException {
        Bench bench = new Bench();
        board = bench.board()
                .profile(IdealChip.keeping().in(folder.resolve("flash.bin")))
                .build();
        Bench.install(board, BankId.A, bench.image(1));
        board.boot();
        return board.bank(BankId.B, SimulatedBoard.COMPONENT);
    }

    @AfterEach
    void closeFiles() {
        board.close();
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

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class FileBankContractTest extends BoardBankContract {
    @TempDir
    private Path folder;

    @Override
    SimulatedBoard newBoard() throws IOException {
        Bench bench = new Bench();
        return bench.bootedBoard(bench.board().profile(IdealChip.keeping().in(folder.resolve("flash.bin"))));
    }

    @AfterEach
    void closeFiles() {
        board().close();
    }
}

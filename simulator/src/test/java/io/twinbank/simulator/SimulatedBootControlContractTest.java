// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.contract.BootControlContract;
import io.twinbank.simulator.boot.BootResult;
import java.io.IOException;
import java.nio.ByteBuffer;

class SimulatedBootControlContractTest extends BootControlContract {
    @Override
    protected Rig newRig() throws IOException {
        SimulatedBoard board = new Bench().bootedBoard();
        return new Rig() {
            @Override
            public BootControl control() {
                return board.bootControl();
            }

            @Override
            public void boot() throws IOException {
                if (board.boot() instanceof BootResult.Brick brick) {
                    throw new IOException(brick.why());
                }
            }

            @Override
            public void spoil(BankId bank) throws IOException {
                board.bankOf(bank).poke(0, ByteBuffer.allocate(1));
            }

            @Override
            public boolean loseVariables() throws IOException {
                board.loseBootVariables();
                return true;
            }
        };
    }
}

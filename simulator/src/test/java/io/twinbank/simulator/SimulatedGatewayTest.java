// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.ResetControl;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.boot.SimImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SimulatedGatewayTest {
    private final Bench bench = new Bench();

    @Test
    void run_nothingBoots_isABrick() throws IOException {
        SimulatedBoard board = bench.bootedBoard();
        board.bankOf(BankId.A).provision(false);
        board.bankOf(BankId.B).provision(false);

        SimulatedGateway.Run run = gateway(board).run(3, Duration.ofHours(1));

        assertEquals(SimulatedGateway.Ending.BRICK, run.ending());
        assertTrue(run.detail().contains("not selectable"), run.detail());
    }

    @Test
    void run_permanentFirmwareThatNeverStarts_isDead() throws IOException {
        SimulatedBoard board = bench.bootedBoard();
        Bench.install(board, BankId.A, neverStarts());
        SimulatedGateway gateway = gateway(board);

        SimulatedGateway.Run run = gateway.run(3, Duration.ofHours(1));

        assertEquals(SimulatedGateway.Ending.DEAD, run.ending());
        assertEquals(1, run.boots());
        assertEquals(Optional.empty(), gateway.agent());
        assertEquals(Duration.ofHours(1).toNanos(), bench.time.nanos());
    }

    @Test
    void run_trialThatNeverStarts_isEndedByTheWatchdog() throws IOException {
        SimulatedBoard board = bench.bootedBoard();
        Bench.install(board, BankId.B, neverStarts());
        Bench.install(board, BankId.A, neverStarts());
        board.boot();
        board.bootControl().armTrial(BankId.B, 2, 9);

        SimulatedGateway.Run run = gateway(board).run(9, Duration.ofHours(1));

        assertEquals(SimulatedGateway.Ending.DEAD, run.ending());
        assertEquals(3, run.boots());
        SimulatedBoard.Boot last = board.boots().get(4);
        assertEquals(ResetControl.Cause.WATCHDOG, last.cause());
        assertEquals(
                BankId.A,
                assertInstanceOf(BootResult.Booted.class, last.result()).bank());
    }

    private byte[] neverStarts() {
        return bench.image(new SimImage.Spec("dead", 1, Behaviour.NEVER_STARTS), 100);
    }

    private SimulatedGateway gateway(SimulatedBoard board) {
        return new SimulatedGateway(board, bench.time, new SimulatedServer(), builder -> builder);
    }
}

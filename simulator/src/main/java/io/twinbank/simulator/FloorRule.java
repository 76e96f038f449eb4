// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.SimImage;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The floor may follow only what is confirmed, and only what the boot loader itself reads there; else it is a finding. */
final class FloorRule implements LongConsumer {
    private final SimulatedBoard board;

    FloorRule(SimulatedBoard board) {
        this.board = board;
    }

    /** Told of a floor before the agent sets it. */
    @Override
    public void accept(long value) {
        try {
            Optional<BankId> confirmed = board.permanentBank().filter(board::isRunning);
            Optional<SimImage.Header> header = confirmed.isEmpty() ? Optional.empty() : board.header(confirmed.get());
            if (header.isEmpty() || header.get().spec().securityVersion() < value) {
                board.log().finding("counter raised to " + value + " while " + header + " is confirmed and running");
            }
        } catch (HalException e) {
            board.log()
                    .finding("counter raised to " + value + " while the running bank can't be read: " + e.getMessage());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.BoardBank;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.scenario.Firmware;
import io.twinbank.simulator.scenario.Scenario;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Verifies a bank by itself: the maker knows what it made, so the cells either hold one of its images to the last byte, or
 * none. Neither the agent nor the boot loader has a part in it.
 */
final class Verifier {
    private final List<Firmware> made = new ArrayList<>();
    private final List<byte[]> images = new ArrayList<>();

    Verifier(Scenario scenario) {
        made.addAll(scenario.firmware());
        made.forEach(firmware -> images.add(firmware.image()));
    }

    /** Returns what a bank holds, if it is whole. */
    Optional<Firmware> firmwareIn(SimulatedBoard board, BankId bank) throws HalException {
        BoardBank cells = board.storage().bank(bank);
        byte[] found = new byte[images.get(0).length];
        cells.peek(0, ByteBuffer.wrap(found));
        for (int i = 0; i < images.size(); i++) {
            if (Arrays.equals(found, images.get(i))) {
                return Optional.of(made.get(i));
            }
        }
        return Optional.empty();
    }
}

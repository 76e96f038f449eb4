// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.scenario.Firmware;
import io.twinbank.simulator.scenario.Scenario;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Verifies a bank by itself: the maker knows what it made, so the cells either hold one of its images to the last byte, or
 * none. Neither the agent nor the boot loader has a part in it.
 */
final class Verifier {
    private final List<Firmware> made;
    private final int imageBytes;

    Verifier(Scenario scenario) {
        made = scenario.firmware();
        imageBytes = scenario.imageBytes();
    }

    /** Tells whether bytes are part of one of its images; what follows an image to fill a unit counts for none. */
    boolean isPartOfAnImage(long offset, ByteBuffer bytes) {
        int end = (int) Math.min(imageBytes, offset + bytes.remaining());
        int start = (int) Math.min(end, offset);
        ByteBuffer part = bytes.slice().limit(end - start);
        return made.stream()
                .map(Firmware::image)
                .anyMatch(image -> ByteBuffer.wrap(image, start, end - start).equals(part));
    }

    /** Returns what a bank holds, if it is whole. */
    Optional<Firmware> firmwareIn(SimulatedBoard board, BankId bank) throws HalException {
        byte[] found = new byte[imageBytes];
        board.storage().bank(bank).peek(0, ByteBuffer.wrap(found));
        return made.stream().filter(firmware -> firmware.isImage(found)).findFirst();
    }
}

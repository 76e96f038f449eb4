// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.simulator.medium.Operation.Part;

/**
 * Serial NOR flash, without error correction: any page can be programmed again, and holds the AND of both. That loses data,
 * so it is a finding unless it changes nothing.
 */
public final class NorMedium extends FlashMedium {
    /**
     * Makes a device whose erase goes straight to ones.
     *
     * @param cells what survives; erased cells hold ones
     * @param units its units; a page is what is programmed at once
     * @param log through which every change goes
     */
    public NorMedium(Cells cells, Units units, OperationLog log) {
        this(cells, units, false, log);
    }

    /**
     * Makes a device.
     *
     * @param cells what survives; erased cells hold ones
     * @param units its units; a page is what is programmed at once
     * @param zerosFirst whether an erase writes zeros first
     * @param log through which every change goes
     */
    public NorMedium(Cells cells, Units units, boolean zerosFirst, OperationLog log) {
        super(cells, units, units.programBytes(), zerosFirst, log);
    }

    @Override
    void check(Part part, long at, byte[] seen, byte[] target) {
        for (int i = 0; i < target.length; i++) {
            if (seen[i] != ERASED && target[i] != seen[i] && !told.isBlank(at, target.length)) {
                log.finding("program of " + part + " at " + (at + i) + ": not erased");
                return;
            }
        }
    }
}

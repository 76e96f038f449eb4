// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

/**
 * The flash inside a microcontroller: words that are programmed once, each with check bits that correct one wrong bit. What
 * a driver writes in one go is one operation, which a cut tears between words, or in one. Left out: that some parts let a
 * word be programmed to zero later.
 */
public final class InternalNorMedium extends EccMedium {
    private static final int WRITE_BYTES = 256;

    /**
     * Makes a device.
     *
     * @param cells what survives; erased cells hold ones
     * @param units its units; a word is what is programmed at once
     * @param log through which every change goes
     */
    public InternalNorMedium(Cells cells, Units units, OperationLog log) {
        super(cells, units, WRITE_BYTES, new Ecc(units.programBytes(), 1), log);
    }
}

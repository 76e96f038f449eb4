// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.simulator.medium.Operation.Part;
import java.util.Set;

/**
 * NAND flash: the pages of a block are programmed once each and one after another; error correction covers 512 bytes at
 * once. Blocks that are bad from the factory are mapped around. Left out: the spare area, where a real table of bad blocks is,
 * and more than one program of a page.
 */
public final class NandMedium extends EccMedium {
    private static final int ECC_BYTES = 512;

    /**
     * Makes a device.
     *
     * @param cells what survives; erased cells hold ones
     * @param units its units; a page is what is programmed at once
     * @param blocks how many blocks there are for use
     * @param spares how many more the cells hold
     * @param factoryBad which blocks are bad from the beginning, at most as many as there are spares
     * @param correctable how many wrong bits of 512 bytes error correction corrects
     * @param log through which every change goes
     */
    public NandMedium(
            Cells cells,
            Units units,
            int blocks,
            int spares,
            Set<Integer> factoryBad,
            int correctable,
            OperationLog log) {
        super(
                new BlockTable(cells, units.eraseBytes(), blocks, spares, factoryBad),
                units,
                units.programBytes(),
                new Ecc(ECC_BYTES, correctable),
                log);
    }

    @Override
    void check(Part part, long at, byte[] seen, byte[] target) {
        super.check(part, at, seen, target);
        long page = at / pageBytes;
        long first = at / units().eraseBytes() * units().eraseBytes() / pageBytes;
        int last = programmed.lastOf(first, first + units().eraseBytes() / pageBytes);
        long next = last < 0 ? first : last + 1L;
        if (page != next && !programmed.get(page)) {
            log.finding("program of " + part + " at " + at + ": page " + (page - first) + " of its block, not "
                    + (next - first));
        }
    }
}

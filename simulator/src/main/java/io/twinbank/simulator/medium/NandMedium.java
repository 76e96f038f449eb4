// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Operation.Part;
import java.util.Arrays;
import java.util.Set;

/**
 * NAND flash: the pages of a block are programmed once each and one after another; error correction covers 512 bytes at
 * once. Blocks that are bad from the factory are mapped around. With two bits to a cell, cutting a program may cost a page that
 * was good, as well. Left out: the spare area, where a real table of bad blocks is,
 * and more than one program of a page.
 */
public final class NandMedium extends EccMedium {
    private static final int ECC_BYTES = 512;

    /**
     * The blocks of a chip.
     *
     * @param usable how many there are for use
     * @param spares how many more the cells hold
     * @param factoryBad which are bad from the beginning, at most as many as there are spares
     */
    public record Blocks(int usable, int spares, Set<Integer> factoryBad) {
        public Blocks {
            factoryBad = Set.copyOf(factoryBad);
        }
    }

    private final BlockTable table;
    private final boolean paired;

    /**
     * Makes a device.
     *
     * @param cells what survives; erased cells hold ones
     * @param units its units; a page is what is programmed at once
     * @param blocks its blocks
     * @param correctable how many wrong bits of 512 bytes error correction corrects
     * @param paired whether two pages share their cells, so that cutting the program of the one costs the other
     * @param log through which every change goes
     */
    public NandMedium(Cells cells, Units units, Blocks blocks, int correctable, boolean paired, OperationLog log) {
        this(new BlockTable(cells, units.eraseBytes(), blocks), units, correctable, paired, log);
    }

    private NandMedium(BlockTable table, Units units, int correctable, boolean paired, OperationLog log) {
        super(table, units, units.programBytes(), new Ecc(ECC_BYTES, correctable), log);
        this.table = table;
        this.paired = paired;
    }

    @Override
    boolean hasSpare() {
        return table.hasSpare();
    }

    @Override
    boolean replace(int block) {
        boolean replaced = table.replace(block);
        if (replaced) {
            wear.replaced(block);
        }
        return replaced;
    }

    @Override
    void programmed(long at, byte[] before, byte[] after, byte[] result) throws HalException {
        boolean torn = !Arrays.equals(result, after);
        super.programmed(at, before, after, result);
        if (paired && torn) {
            int page = (int) (at % units().eraseBytes()) / pageBytes;
            int partner = partner(page);
            if (partner >= 0) {
                ruin(at - (long) (page - partner) * pageBytes);
            }
        }
    }

    /** Returns the page that shares its cells with this one and was programmed before, or -1: 0 and 4, 1 and 5, 2 and 8... */
    private int partner(int page) {
        int last = units().eraseBytes() / pageBytes - 2;
        if (page < 4 || (page % 4 > 1 && page < last)) {
            return -1;
        }
        return page < 6 || page >= last ? page - 4 : page - 6;
    }

    @Override
    void check(Part part, long at, byte[] seen, byte[] target) {
        super.check(part, at, seen, target);
        long block = at / units().eraseBytes() * units().eraseBytes();
        touches().read(block, units().eraseBytes());
        int last = programmed.lastOf(block / pageBytes, (block + units().eraseBytes()) / pageBytes);
        long next = told.next(at, last < 0 ? block : (last + 1L) * pageBytes);
        if (at != next && !programmed.get(at / pageBytes)) {
            log.finding("program of " + part + " at " + at + ": the next page of its block is at " + next);
        }
    }
}

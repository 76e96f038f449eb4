// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Cells without their bad blocks: others, from the end, stand in for them. */
final class BlockTable implements Cells {
    private record Saved(Object cells, int[] physical, int spare) {}

    private final Cells cells;
    private final int blockBytes;
    private final int blocks;
    /** Where each block is; never changed, but replaced. */
    private int[] physical;
    /** The first block that stands in for none. */
    private int spare;

    /**
     * Makes a table.
     *
     * @param cells all of them
     * @param blockBytes the size of a block
     * @param blocks which there are
     */
    BlockTable(Cells cells, int blockBytes, NandMedium.Blocks blocks) {
        this.cells = cells;
        this.blockBytes = blockBytes;
        this.blocks = blocks.usable() + blocks.spares();
        this.spare = blocks.usable();
        this.physical = new int[blocks.usable()];
        for (int block = 0; block < physical.length; block++) {
            physical[block] = blocks.factoryBad().contains(block) ? spare++ : block;
        }
    }

    boolean hasSpare() {
        return spare < blocks;
    }

    /** A block is bad from now on: another takes its place, and holds what that holds. Tells whether there was one. */
    boolean replace(int block) {
        if (!hasSpare()) {
            return false;
        }
        physical = physical.clone();
        physical[block] = spare++;
        return true;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        int limit = dst.limit();
        for (long at = offset; dst.position() < limit; ) {
            int length = Math.min(limit - dst.position(), left(at));
            dst.limit(dst.position() + length);
            cells.read(place(at), dst);
            dst.limit(limit);
            at += length;
        }
    }

    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        int limit = src.limit();
        for (long at = offset; src.position() < limit; ) {
            int length = Math.min(limit - src.position(), left(at));
            src.limit(src.position() + length);
            cells.write(place(at), src);
            src.limit(limit);
            at += length;
        }
    }

    @Override
    public void fill(long offset, long length, byte value) throws HalException {
        for (long at = offset; at < offset + length; ) {
            long piece = Math.min(offset + length - at, left(at));
            cells.fill(place(at), piece, value);
            at += piece;
        }
    }

    @Override
    public void sum(long offset, long length, long[] sums, int at) {
        cells.sum(place(offset), length, sums, at);
    }

    private int left(long at) {
        return blockBytes - (int) (at % blockBytes);
    }

    private long place(long at) {
        return (long) physical[(int) (at / blockBytes)] * blockBytes + at % blockBytes;
    }

    @Override
    public Object save() {
        return new Saved(cells.save(), physical, spare);
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        cells.restore(saved.cells());
        physical = saved.physical();
        spare = saved.spare();
    }

    @Override
    public void addTo(StateHash hash) {
        cells.addTo(hash);
        hash.add(Arrays.hashCode(physical));
        hash.add(spare);
    }

    @Override
    public void close() {
        cells.close();
    }
}

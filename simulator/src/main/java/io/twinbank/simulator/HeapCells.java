// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import java.nio.ByteBuffer;

/** Cells in memory, for the small images of fault campaigns. */
final class HeapCells implements Cells {
    private final byte[] bytes;

    HeapCells(long size) {
        bytes = new byte[Math.toIntExact(size)];
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
        dst.put(bytes, Math.toIntExact(offset), dst.remaining());
    }

    @Override
    public void write(long offset, ByteBuffer src) {
        src.get(bytes, Math.toIntExact(offset), src.remaining());
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}

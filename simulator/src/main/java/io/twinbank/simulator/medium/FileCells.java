// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Cells in a sparse file, for images that don't fit the heap. A {@link RandomAccessFile}, because an interrupt closes a
 * file channel, and the medium of a board doesn't vanish when its agent is closed.
 */
public final class FileCells implements Cells {
    private final RandomAccessFile file;
    private final byte[] transfer = new byte[64 << 10];

    /**
     * Makes cells in a file.
     *
     * @param path made, or taken over as it is
     * @param size in bytes
     * @throws HalException {@code IO} if the file can't be opened
     */
    public FileCells(Path path, long size) throws HalException {
        try {
            file = new RandomAccessFile(path.toFile(), "rw");
            file.setLength(size);
        } catch (IOException e) {
            throw new HalException(HalException.Kind.IO, "can't open the cells in " + path, e);
        }
    }

    @Override
    public synchronized void read(long offset, ByteBuffer dst) throws HalException {
        try {
            file.seek(offset);
            while (dst.hasRemaining()) {
                int length = Math.min(transfer.length, dst.remaining());
                file.readFully(transfer, 0, length);
                dst.put(transfer, 0, length);
            }
        } catch (IOException e) {
            throw new HalException(HalException.Kind.IO, "can't read the cells at " + offset, e);
        }
    }

    @Override
    public synchronized void write(long offset, ByteBuffer src) throws HalException {
        try {
            file.seek(offset);
            while (src.hasRemaining()) {
                int length = Math.min(transfer.length, src.remaining());
                src.get(transfer, 0, length);
                file.write(transfer, 0, length);
            }
        } catch (IOException e) {
            throw new HalException(HalException.Kind.IO, "can't write the cells at " + offset, e);
        }
    }

    @Override
    public Object save() {
        throw new UnsupportedOperationException("cells in a file can't be saved; use cells in memory to explore");
    }

    @Override
    public void restore(Object saved) {
        throw new UnsupportedOperationException("cells in a file can't be put back");
    }

    @Override
    public void addTo(StateHash hash) {
        throw new UnsupportedOperationException("cells in a file have no hash");
    }

    @Override
    public synchronized void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

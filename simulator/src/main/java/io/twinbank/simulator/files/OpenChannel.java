// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** What files and devices have in common: a position, and what isn't simulated. */
abstract class OpenChannel extends FileChannel {
    private long position = 0;

    final void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public final int read(ByteBuffer dst) throws IOException {
        int count = read(dst, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public final int write(ByteBuffer src) throws IOException {
        int count = write(src, position);
        position += count;
        return count;
    }

    @Override
    public final long position() throws IOException {
        checkOpen();
        return position;
    }

    @Override
    public final FileChannel position(long next) throws IOException {
        checkOpen();
        position = next;
        return this;
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) {
        throw new UnsupportedOperationException("scattering reads aren't simulated");
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) {
        throw new UnsupportedOperationException("gathering writes aren't simulated");
    }

    @Override
    public long transferTo(long at, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException("transfers aren't simulated");
    }

    @Override
    public long transferFrom(ReadableByteChannel src, long at, long count) {
        throw new UnsupportedOperationException("transfers aren't simulated");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long size) {
        throw new UnsupportedOperationException("mapping isn't simulated");
    }

    @Override
    public FileLock lock(long at, long size, boolean shared) {
        throw new UnsupportedOperationException("nobody waits for a lock in simulated time");
    }
}

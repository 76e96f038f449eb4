// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** An open file, or a directory that is opened to be forced. Closing it loses nothing and makes nothing durable. */
final class SimChannel extends FileChannel {
    private final Calls calls;
    private final SimPath path;
    private final int node;
    private final boolean writable;
    private final boolean readable;
    private long position = 0;

    SimChannel(Calls calls, SimPath path, int node, boolean writable, boolean readable) {
        this.calls = calls;
        this.path = path;
        this.node = node;
        this.writable = writable;
        this.readable = readable;
    }

    private void checkReadable() throws ClosedChannelException {
        checkOpen();
        if (!readable) {
            throw new NonReadableChannelException();
        }
    }

    private void checkWritable() throws ClosedChannelException {
        checkOpen();
        if (!writable) {
            throw new NonWritableChannelException();
        }
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public int read(ByteBuffer dst, long at) throws IOException {
        checkReadable();
        return calls.read(node, at, dst);
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        int count = read(dst, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public int write(ByteBuffer src, long at) throws IOException {
        checkWritable();
        return calls.write(node, path, at, src);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        int count = write(src, position);
        position += count;
        return count;
    }

    @Override
    public long position() throws IOException {
        checkOpen();
        return position;
    }

    @Override
    public FileChannel position(long next) throws IOException {
        checkOpen();
        position = next;
        return this;
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return calls.size(node);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        checkWritable();
        calls.truncate(node, path, size);
        position = Math.min(position, size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        checkOpen();
        calls.force(node, path);
    }

    @Override
    public @Nullable FileLock tryLock(long at, long size, boolean shared) throws IOException {
        checkOpen();
        return calls.lock(node, this) ? new Lock(this, at, size, shared) : null;
    }

    @Override
    protected void implCloseChannel() {
        calls.unlock(node, this);
    }

    /** Of the whole file, whatever its range: nobody here locks less. */
    private final class Lock extends FileLock {
        Lock(FileChannel channel, long at, long size, boolean shared) {
            super(channel, at, size, shared);
        }

        @Override
        public boolean isValid() {
            return SimChannel.this.isOpen();
        }

        @Override
        public void release() {
            calls.unlock(node, SimChannel.this);
        }
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

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import org.jspecify.annotations.Nullable;

/** An open file, or a directory that is opened to be forced. Closing it loses nothing and makes nothing durable. */
final class SimChannel extends OpenChannel {
    private final Calls calls;
    private final SimPath path;
    private final int node;
    private final boolean writable;
    private final boolean readable;

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

    @Override
    public int read(ByteBuffer dst, long at) throws IOException {
        checkReadable();
        return calls.read(node, at, dst);
    }

    @Override
    public int write(ByteBuffer src, long at) throws IOException {
        checkWritable();
        return calls.write(node, path, at, src);
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
        position(Math.min(position(), size));
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
}

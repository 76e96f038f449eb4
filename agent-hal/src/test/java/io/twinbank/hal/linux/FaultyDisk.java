// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** A disk that fails where a test says so, and takes at most 1000 bytes at a time. */
final class FaultyDisk extends Disk {
    String failWrite = "";
    String failForce = "";
    String failRead = "";
    String failOpen = "";
    /** How many more bytes fit. */
    long space = Long.MAX_VALUE;

    int forces;

    @Override
    FileChannel open(Path file, OpenOption... options) throws IOException {
        String name = file.getFileName().toString();
        check(name, failOpen, "Input/output error");
        return new Channel(name, FileChannel.open(file, options));
    }

    private static void check(String name, String pattern, String message) throws IOException {
        if (!pattern.isEmpty() && name.matches(pattern)) {
            throw new IOException(message);
        }
    }

    private final class Channel extends FileChannel {
        private final String name;
        private final FileChannel real;

        Channel(String name, FileChannel real) {
            this.name = name;
            this.real = real;
        }

        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            check(name, failRead, "Input/output error");
            return real.read(dst, position);
        }

        @Override
        public int write(ByteBuffer src, long position) throws IOException {
            check(name, failWrite, "Input/output error");
            if (space == 0) {
                throw new IOException("No space left on device");
            }
            int count = (int) Math.min(space, Math.min(1000, src.remaining()));
            ByteBuffer part = src.slice(src.position(), count);
            int written = real.write(part, position);
            src.position(src.position() + written);
            space -= written;
            return written;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            check(name, failForce, "Input/output error");
            forces++;
            real.force(metaData);
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            real.truncate(size);
            return this;
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return real.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }

        @Override
        public int read(ByteBuffer dst) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] dsts, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer src) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] srcs, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel src, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}

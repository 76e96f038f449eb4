// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What banks behind a file channel have in common: they are open for writing only between {@code begin} and {@code end}, and a sync that failed isn't believed later.
 */
abstract class ChannelBank implements LinuxBank {
    private final Path file;
    private final FlashGeometry geometry;
    private final long length;
    private final Guard guard;
    private FileChannel reader;
    private @Nullable FileChannel writer;
    private boolean lost;

    /**
     * Makes a bank that wasn't begun.
     *
     * @param file the file or device
     * @param geometry the bank's shape
     * @param guard asked before anything is changed
     * @param reader the file, open for reading
     * @throws IOException if its length can't be read
     */
    ChannelBank(Path file, FlashGeometry geometry, Guard guard, FileChannel reader) throws IOException {
        this.file = file;
        this.geometry = geometry;
        this.guard = guard;
        this.reader = reader;
        length = reader.size();
    }

    abstract FileChannel open(StandardOpenOption access) throws IOException;

    abstract void transfer(FileChannel from, long offset, ByteBuffer dst) throws IOException;

    abstract void transfer(ByteBuffer src, FileChannel to, long offset) throws IOException;

    /** Makes a range fit to be written; what can be overwritten needs nothing. */
    void prepare(long offset, long count) throws HalException {}

    void flush(FileChannel channel) throws IOException {
        channel.force(false);
    }

    @Override
    public final FlashGeometry geometry() {
        return geometry;
    }

    @Override
    public final boolean resumable() {
        return true;
    }

    @Override
    public final void begin(long imageLength) throws HalException {
        if (imageLength < 0) {
            throw new IllegalArgumentException("length " + imageLength + " is negative");
        }
        guard.check("begin");
        if (imageLength > geometry.capacityBytes()) {
            throw new HalException(
                    HalException.Kind.NO_SPACE,
                    "image of " + imageLength + " bytes, bank " + file + " has " + geometry.capacityBytes());
        }
        end();
        try {
            writer = reopen(StandardOpenOption.WRITE);
            lost = false;
        } catch (IOException e) {
            throw Disk.fault("begin", file, e);
        }
    }

    @Override
    public final void read(long offset, ByteBuffer dst) throws HalException {
        geometry.checkRead(offset, dst.remaining());
        try {
            if (!reader.isOpen()) {
                reader = reopen(StandardOpenOption.READ);
            }
            transfer(reader, offset, dst);
        } catch (IOException e) {
            throw vanished(Disk.fault("read", file, e));
        }
        if (dst.hasRemaining()) {
            throw vanished(new HalException(
                    HalException.Kind.IO, "read " + file + ": it ends " + dst.remaining() + " bytes too early"));
        }
    }

    /** A device that went and came again has the same name, but not the same channel. */
    private HalException vanished(HalException fault) {
        try {
            reader.close();
        } catch (IOException e) {
            fault.addSuppressed(e);
        }
        return fault;
    }

    private FileChannel reopen(StandardOpenOption access) throws IOException {
        FileChannel channel = open(access);
        long now = channel.size();
        if (now != length) {
            channel.close();
            throw new HalException(
                    HalException.Kind.IO,
                    "bank " + file + " is " + now + " bytes long, and was " + length + ": another medium?");
        }
        return channel;
    }

    @Override
    public final void erase(long offset, long count) throws HalException {
        geometry.checkErase(offset, count);
        unlocked("erase");
        prepare(offset, count);
    }

    @Override
    public final void write(long offset, ByteBuffer src) throws HalException {
        geometry.checkWrite(offset, src.remaining());
        FileChannel channel = unlocked("write");
        try {
            transfer(src, channel, offset);
        } catch (IOException e) {
            throw Disk.fault("write", file, e);
        }
    }

    /**
     * {@inheritDoc} After a failure it fails until the next {@link #begin}: the kernel tells of lost pages only once, and a
     * second attempt would succeed without them.
     */
    @Override
    public final void sync() throws HalException {
        if (lost) {
            throw new HalException(
                    HalException.Kind.IO,
                    "sync " + file + ": an earlier one failed, begin again from the last good one");
        }
        FileChannel channel = writer;
        if (channel == null) {
            return;
        }
        try {
            flush(channel);
        } catch (IOException e) {
            lost = true;
            throw Disk.fault("sync", file, e);
        }
    }

    @Override
    public final void end() throws HalException {
        FileChannel channel = writer;
        if (channel == null) {
            return;
        }
        writer = null;
        try {
            channel.close();
        } catch (IOException e) {
            throw Disk.fault("end", file, e);
        }
    }

    @Override
    public final void close() throws HalException {
        try {
            try {
                end();
            } finally {
                reader.close();
            }
        } catch (IOException e) {
            throw Disk.fault("close", file, e);
        }
    }

    private FileChannel unlocked(String what) throws HalException {
        guard.check(what);
        FileChannel channel = writer;
        if (channel == null) {
            throw new HalException(HalException.Kind.LOCKED, what + ": bank " + file + " wasn't begun");
        }
        return channel;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bank in a file of fixed length, such as a loop-mounted root file system.
 *
 * <p>{@link #erase} changes nothing: a file can be overwritten. {@link #read} may be answered by the kernel's cache
 * instead of the medium, except after a reset; a bank that bypasses it needs a block device. A file system that compresses
 * or copies on write can run out of space although the file has its full length; {@link #write} then says so.
 *
 * <p>The file is open for writing only between {@link #begin} and {@link #end}. Not thread-safe.
 */
public final class FileFlashBank implements FlashBank, AutoCloseable {
    private static final int WRITE_SIZE = 4096;
    private static final int ERASE_SIZE = 64 << 10;
    private static final int FILL_SIZE = 1 << 20;

    private final Path file;
    private final FlashGeometry geometry;
    private final BooleanSupplier running;
    private final Disk disk;
    private FileChannel reader;
    private @Nullable FileChannel writer;
    private boolean lost;

    private FileFlashBank(Path file, FlashGeometry geometry, BooleanSupplier running, Disk disk, FileChannel reader) {
        this.file = file;
        this.geometry = geometry;
        this.running = running;
        this.disk = disk;
        this.reader = reader;
    }

    /**
     * Returns a shape that suits files: written in pages of 4096 bytes, so that the kernel needn't read before it writes,
     * and erased in units of 64 KiB.
     *
     * @param capacityBytes a multiple of 64 KiB
     * @return the geometry
     */
    public static FlashGeometry geometryOf(long capacityBytes) {
        return new FlashGeometry(capacityBytes, WRITE_SIZE, ERASE_SIZE);
    }

    /**
     * Creates the file, filled with zeros to its full length so that it has no holes. A power cut leaves no file of that
     * name, at worst one ending in {@code .new}.
     *
     * @param file must not exist
     * @param capacityBytes its length
     * @throws HalException {@code NO_SPACE}; {@code IO}, also if the file exists
     */
    public static void create(Path file, long capacityBytes) throws HalException {
        create(file, capacityBytes, Disk.REAL);
    }

    static void create(Path file, long capacityBytes, Disk disk) throws HalException {
        Path target = file.toAbsolutePath();
        Path unfinished = target.resolveSibling(target.getFileName() + ".new");
        try {
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            fill(unfinished, capacityBytes, disk);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            disk.syncDirectory(Disk.parentOf(target));
        } catch (IOException e) {
            HalException fault = Disk.fault("create", target, e);
            try {
                Files.deleteIfExists(unfinished);
            } catch (IOException left) {
                fault.addSuppressed(left);
            }
            throw fault;
        }
    }

    private static void fill(Path unfinished, long length, Disk disk) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_SIZE);
        try (FileChannel channel = disk.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            for (long at = 0; at < length; at += zeros.limit()) {
                zeros.clear().limit((int) Math.min(FILL_SIZE, length - at));
                Disk.write(channel, zeros, at);
            }
            channel.force(true);
        }
    }

    /**
     * Opens a bank.
     *
     * @param file as long as the capacity, see {@link #create}
     * @param geometry the bank's shape, see {@link #geometryOf}
     * @param running tells whether this is the running bank; asked at each {@code begin}, {@code erase} and {@code write}
     * @return the bank, not begun
     * @throws HalException {@code IO} if the file can't be read or has another length
     */
    public static FileFlashBank open(Path file, FlashGeometry geometry, BooleanSupplier running) throws HalException {
        return open(file, geometry, running, Disk.REAL);
    }

    static FileFlashBank open(Path file, FlashGeometry geometry, BooleanSupplier running, Disk disk)
            throws HalException {
        try {
            FileChannel reader = disk.open(file, StandardOpenOption.READ);
            long length = reader.size();
            if (length != geometry.capacityBytes()) {
                reader.close();
                throw new HalException(
                        HalException.Kind.IO,
                        "bank " + file + " is " + length + " bytes long, not " + geometry.capacityBytes());
            }
            return new FileFlashBank(file, geometry, running, disk, reader);
        } catch (IOException e) {
            throw Disk.fault("open", file, e);
        }
    }

    @Override
    public FlashGeometry geometry() {
        return geometry;
    }

    @Override
    public boolean resumable() {
        return true;
    }

    @Override
    public void begin(long length) throws HalException {
        if (length < 0) {
            throw new IllegalArgumentException("length " + length + " is negative");
        }
        checkNotRunning("begin");
        if (length > geometry.capacityBytes()) {
            throw new HalException(
                    HalException.Kind.NO_SPACE,
                    "image of " + length + " bytes, bank " + file + " has " + geometry.capacityBytes());
        }
        end();
        try {
            writer = disk.open(file, StandardOpenOption.WRITE);
            lost = false;
        } catch (IOException e) {
            throw Disk.fault("begin", file, e);
        }
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        geometry.checkRead(offset, dst.remaining());
        try {
            if (!reader.isOpen()) {
                reader = disk.open(file, StandardOpenOption.READ);
            }
            Disk.read(reader, dst, offset);
        } catch (IOException e) {
            throw Disk.fault("read", file, e);
        }
        if (dst.hasRemaining()) {
            throw new HalException(
                    HalException.Kind.IO, "read " + file + ": it ends " + dst.remaining() + " bytes too early");
        }
    }

    @Override
    public void erase(long offset, long length) throws HalException {
        geometry.checkErase(offset, length);
        unlocked("erase");
    }

    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        geometry.checkWrite(offset, src.remaining());
        FileChannel channel = unlocked("write");
        try {
            Disk.write(channel, src, offset);
        } catch (IOException e) {
            throw Disk.fault("write", file, e);
        }
    }

    /**
     * {@inheritDoc} After a failure it fails until the next {@link #begin}: the kernel tells of lost pages only once, and a
     * second attempt would succeed without them.
     */
    @Override
    public void sync() throws HalException {
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
            channel.force(false);
        } catch (IOException e) {
            lost = true;
            throw Disk.fault("sync", file, e);
        }
    }

    @Override
    public void end() throws HalException {
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

    /**
     * Closes the file; what wasn't synced may be lost.
     *
     * @throws HalException {@code IO}
     */
    @Override
    public void close() throws HalException {
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
        checkNotRunning(what);
        FileChannel channel = writer;
        if (channel == null) {
            throw new HalException(HalException.Kind.LOCKED, what + ": bank " + file + " wasn't begun");
        }
        return channel;
    }

    private void checkNotRunning(String what) throws HalException {
        if (running.getAsBoolean()) {
            throw new HalException(HalException.Kind.LOCKED, what + ": bank " + file + " is running");
        }
    }
}

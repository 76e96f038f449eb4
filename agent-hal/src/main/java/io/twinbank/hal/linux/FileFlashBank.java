// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

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

/**
 * A bank in a file of fixed length, such as a loop-mounted root file system.
 *
 * <p>{@link #erase} changes nothing: a file can be overwritten. {@link #read} may be answered by the kernel's cache
 * instead of the medium, except after a reset; a bank that bypasses it needs a block device. A file system that compresses
 * or copies on write can run out of space although the file has its full length; {@link #write} then says so.
 *
 * <p>The file is open for writing only between {@link #begin} and {@link #end}. Not thread-safe.
 */
public final class FileFlashBank extends ChannelBank {
    private static final int WRITE_SIZE = 4096;
    static final int ERASE_SIZE = 64 << 10;
    private static final int FILL_SIZE = 1 << 20;

    private final Path file;
    private final Disk disk;

    private FileFlashBank(Path file, FlashGeometry geometry, Guard guard, Disk disk, FileChannel reader)
            throws IOException {
        super(file, geometry, guard, reader);
        this.file = file;
        this.disk = disk;
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
        return open(file, geometry, Guard.notRunning(file, running), Disk.REAL);
    }

    static FileFlashBank open(Path file, FlashGeometry geometry, Guard guard, Disk disk) throws HalException {
        try {
            FileChannel reader = disk.open(file, StandardOpenOption.READ);
            long length = reader.size();
            if (length != geometry.capacityBytes()) {
                reader.close();
                throw new HalException(
                        HalException.Kind.IO,
                        "bank " + file + " is " + length + " bytes long, not " + geometry.capacityBytes());
            }
            return new FileFlashBank(file, geometry, guard, disk, reader);
        } catch (IOException e) {
            throw Disk.fault("open", file, e);
        }
    }

    @Override
    FileChannel open(StandardOpenOption access) throws IOException {
        return disk.open(file, access);
    }

    @Override
    void transfer(FileChannel from, long offset, ByteBuffer dst) throws IOException {
        Disk.read(from, dst, offset);
    }

    @Override
    void transfer(ByteBuffer src, FileChannel to, long offset) throws IOException {
        Disk.write(to, src, offset);
    }
}

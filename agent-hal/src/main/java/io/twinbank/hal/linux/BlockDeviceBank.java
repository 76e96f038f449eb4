// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A bank on a block device, such as a partition of an eMMC, or in a file. It has the device's size, less what a last erase unit of 64 KiB
 * lacks; it is written in pages of 4096 bytes, more only where the system's pages are larger.
 *
 * <p>Reads and writes go past the kernel's cache ({@code O_DIRECT}): what is read back comes from the medium (or from a cache of its own), an
 * error of a write is known at that write, and the running system keeps its memory. Where the file system of a bank in a file refuses that,
 * they go through the cache, as those of {@link FileFlashBank}, and {@link #direct} says so: then only a reset shows what the medium holds.
 * There is no honest way to empty the cache for one file without native code, so nothing pretends to.
 *
 * <p>{@link #erase} changes nothing. A discard isn't sent: all that is erased is written at once, and an overwrite tells the medium as much
 * as a discard before it; each would cost a process, and media are known that mishandle them.
 *
 * <p>A bank that is in use is refused: mounted, swapped to, below a volume or a loop device in use, named as the root by the kernel's command
 * line, or with a partition or the whole disk in use. That is looked up at each {@code begin}, and at one {@code erase} of sixteen;
 * what is mounted after the last look isn't seen.
 *
 * <p>The device is open for writing only between {@link #begin} and {@link #end}. Not thread-safe.
 */
public final class BlockDeviceBank extends ChannelBank {
    private static final int WRITE_SIZE = 4096;
    private static final int ERASE_SIZE = 64 << 10;

    private final Path device;
    private final Disk disk;
    private final Optional<DirectIo> direct;

    private BlockDeviceBank(
            Path device, FlashGeometry geometry, Guard guard, Disk disk, FileChannel reader, Optional<DirectIo> direct)
            throws IOException {
        super(device, geometry, guard, reader);
        this.device = device;
        this.disk = disk;
        this.direct = direct;
    }

    /**
     * Opens a bank.
     *
     * @param device a block device, or a file
     * @param running tells whether this is the running bank; asked at each {@code begin}, {@code erase} and {@code write}
     * @return the bank, not begun
     * @throws HalException {@code IO} if it can't be read or is shorter than 64 KiB
     */
    public static BlockDeviceBank open(Path device, BooleanSupplier running) throws HalException {
        Guard guard = Guard.notRunning(device, running).and(new UseGuard(new Kernel(Path.of("/")), device));
        return open(device, guard, Disk.REAL);
    }

    static BlockDeviceBank open(Path device, Guard guard, Disk disk) throws HalException {
        try {
            Optional<Integer> unit = directUnit(device, disk);
            FileChannel reader = disk.open(device, unit.isPresent(), StandardOpenOption.READ);
            long length = reader.size();
            int writeSize = unit.orElse(WRITE_SIZE);
            long capacity = length - length % ERASE_SIZE;
            if (capacity == 0) {
                reader.close();
                throw new HalException(
                        HalException.Kind.IO,
                        "bank " + device + " is " + length + " bytes long, a bank has at least " + ERASE_SIZE);
            }
            FlashGeometry geometry = new FlashGeometry(capacity, writeSize, ERASE_SIZE);
            return new BlockDeviceBank(device, geometry, guard, disk, reader, unit.map(DirectIo::new));
        } catch (IOException e) {
            throw Disk.fault("open", device, e);
        }
    }

    /** The JDK checks against the block size of the file system that the file, or the device's node, is in. */
    private static Optional<Integer> directUnit(Path device, Disk disk) throws IOException {
        long unit = Math.max(WRITE_SIZE, Files.getFileStore(device).getBlockSize());
        boolean fits = unit <= ERASE_SIZE && ERASE_SIZE % unit == 0;
        return fits && disk.opensDirect(device) ? Optional.of((int) unit) : Optional.empty();
    }

    /**
     * Tells whether what is read back comes from the medium.
     *
     * @return false if the file system takes no {@code O_DIRECT}, so that the kernel's cache may answer
     */
    public boolean direct() {
        return direct.isPresent();
    }

    @Override
    FileChannel open(StandardOpenOption access) throws IOException {
        return disk.open(device, direct(), access);
    }

    @Override
    void transfer(FileChannel from, long offset, ByteBuffer dst) throws IOException {
        if (direct.isPresent()) {
            direct.get().read(from, dst, offset);
        } else {
            Disk.read(from, dst, offset);
        }
    }

    @Override
    void transfer(ByteBuffer src, FileChannel to, long offset) throws IOException {
        if (direct.isPresent()) {
            direct.get().write(to, src, offset);
        } else {
            Disk.write(to, src, offset);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.Program.Result;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A bank in a partition of NOR flash, {@code /dev/mtd3}; erased by {@code flash_erase} of mtd-utils, and read and written as a file. The
 * kernel keeps nothing of it in a cache and writes before it returns, so {@link #sync} has nothing to do.
 *
 * <p>Raw NAND is refused: its blocks go bad, and which are left out is a matter between the boot loader and whoever writes. Put UBI on it, and
 * use a {@link UbiVolumeBank}. Tried on the kernel's mtdram only, never on real NOR. Not thread-safe.
 */
public final class MtdBank extends ChannelBank {
    private static final int LARGEST_WRITE_SIZE = 4096;
    private static final Duration START = Duration.ofSeconds(10);
    /** What data sheets of NOR flash call the longest. */
    private static final Duration EACH_BLOCK = Duration.ofSeconds(5);

    private static final Set<String> TYPES = Set.of("nor", "ram", "dataflash");

    /** Runs a program, as {@link Program#run}. */
    interface Runner {
        Result run(Duration limit, List<String> command) throws HalException;
    }

    private final Path partition;
    private final Runner runner;

    private MtdBank(Path partition, FlashGeometry geometry, Guard guard, Runner runner, FileChannel reader)
            throws IOException {
        super(partition, geometry, guard, reader);
        this.partition = partition;
        this.runner = runner;
    }

    static MtdBank open(Path partition, Kernel kernel, Guard guard) throws HalException {
        return open(partition, kernel, guard, Program::run);
    }

    static MtdBank open(Path partition, Kernel kernel, Guard guard, Runner runner) throws HalException {
        String name = String.valueOf(partition.getFileName());
        String folder = "mtd/" + name + "/";
        try {
            String type = kernel.attribute(folder + "type");
            if (!TYPES.contains(type)) {
                throw new HalException(
                        HalException.Kind.UNSUPPORTED,
                        "bank " + partition + " is '" + type + "', not one of NOR: put UBI on it, and use a volume");
            }
            int block = UbiVolumeBank.number(kernel, folder + "erasesize");
            long size = Long.parseLong(kernel.attribute(folder + "size"));
            int smallest = UbiVolumeBank.number(kernel, folder + "writesize");
            int page = block % LARGEST_WRITE_SIZE == 0 ? Math.max(smallest, LARGEST_WRITE_SIZE) : smallest;
            Guard unused = FlashUseGuard.ofPartition(kernel, partition, name, kernel.attribute(folder + "name"));
            FlashGeometry geometry = new FlashGeometry(size - size % block, page, block);
            FileChannel reader = FileChannel.open(partition, StandardOpenOption.READ);
            return new MtdBank(partition, geometry, guard.and(unused), runner, reader);
        } catch (IOException e) {
            throw Disk.fault("open", partition, e);
        }
    }

    @Override
    FileChannel open(StandardOpenOption access) throws IOException {
        return FileChannel.open(partition, access);
    }

    @Override
    void prepare(long offset, long count) throws HalException {
        long blocks = count / geometry().eraseSizeBytes();
        if (blocks == 0) {
            return;
        }
        List<String> command =
                List.of("flash_erase", "--quiet", partition.toString(), Long.toString(offset), Long.toString(blocks));
        Result result = runner.run(START.plus(EACH_BLOCK.multipliedBy(blocks)), command);
        if (result.exitCode() != 0) {
            throw new HalException(
                    HalException.Kind.IO,
                    "erase " + partition + ": flash_erase ended with " + result.exitCode() + ": " + result.error());
        }
    }

    @Override
    void transfer(FileChannel from, long offset, ByteBuffer dst) throws IOException {
        Disk.read(from, dst, offset);
    }

    @Override
    void transfer(ByteBuffer src, FileChannel to, long offset) throws IOException {
        Disk.write(to, src, offset);
    }

    @Override
    void flush(FileChannel channel) {}
}

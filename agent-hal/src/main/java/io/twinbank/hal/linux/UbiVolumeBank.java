// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.linux.Program.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bank in a UBI volume, {@code /dev/ubi0_3}. An update replaces all of the volume, from its begin to its end, through {@code
 * ubiupdatevol} of mtd-utils: the first {@link #write} empties the volume, and writes must follow each other. So {@link #resumable} is
 * false. The last byte of the length that {@link #begin} was told completes it; UBI itself makes that durable.
 *
 * <p>A power cut before that leaves a volume that is marked as interrupted: reading it is an {@code ECC} fault until the next update, and no
 * boot loader loads it. {@link #sync} has nothing to add.
 *
 * <p>The kernel refuses to update a volume that anybody else has open, mounted or not ({@code LOCKED}). Tried on the kernel's nandsim
 * only. Not thread-safe.
 */
public final class UbiVolumeBank implements LinuxBank {
    private static final Duration LAST_WRITES = Duration.ofMinutes(2);

    /** The program that updates a volume from its standard input. */
    interface Update {
        List<String> command(Path volume, long bytes);
    }

    private static final Update UBIUPDATEVOL =
            (volume, bytes) -> List.of("ubiupdatevol", volume.toString(), "--size=" + bytes, "-");

    private final Path volume;
    private final String name;
    private final FlashGeometry geometry;
    private final Kernel kernel;
    private final Guard guard;
    private final Update update;
    private @Nullable Process writer;
    private boolean begun;
    private boolean lost;
    private long total;
    private long written;

    private UbiVolumeBank(Path volume, String name, FlashGeometry geometry, Kernel kernel, Guard guard, Update update) {
        this.volume = volume;
        this.name = name;
        this.geometry = geometry;
        this.kernel = kernel;
        this.guard = guard;
        this.update = update;
    }

    static UbiVolumeBank open(Path volume, Kernel kernel, Guard guard) throws HalException {
        return open(volume, kernel, guard, UBIUPDATEVOL);
    }

    static UbiVolumeBank open(Path volume, Kernel kernel, Guard guard, Update update) throws HalException {
        String name = String.valueOf(volume.getFileName());
        try {
            String folder = "ubi/" + name + "/";
            int block = number(kernel, folder + "usable_eb_size");
            long capacity = (long) block * number(kernel, folder + "reserved_ebs");
            int page = number(kernel, "ubi/" + name.substring(0, name.indexOf('_')) + "/min_io_size");
            Guard unused = FlashUseGuard.ofVolume(kernel, volume, name, kernel.attribute(folder + "name"));
            return new UbiVolumeBank(
                    volume, name, new FlashGeometry(capacity, page, block), kernel, guard.and(unused), update);
        } catch (IOException e) {
            throw Disk.fault("open", volume, e);
        }
    }

    static int number(Kernel kernel, String attribute) throws IOException {
        String text = kernel.attribute(attribute);
        if (!text.matches("[0-9]{1,9}")) {
            throw new IOException("/sys/class/" + attribute + " is '" + text + "', not a number");
        }
        return Integer.parseInt(text);
    }

    @Override
    public FlashGeometry geometry() {
        return geometry;
    }

    @Override
    public boolean resumable() {
        return false;
    }

    @Override
    public void begin(long length) throws HalException {
        if (length < 0) {
            throw new IllegalArgumentException("length " + length + " is negative");
        }
        guard.check("begin");
        if (length > geometry.capacityBytes()) {
            throw new HalException(
                    HalException.Kind.NO_SPACE,
                    "image of " + length + " bytes, bank " + volume + " has " + geometry.capacityBytes());
        }
        end();
        int page = geometry.writeSizeBytes();
        total = (length + page - 1) / page * page;
        written = 0;
        lost = false;
        begun = true;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        geometry.checkRead(offset, dst.remaining());
        if (!dst.hasRemaining()) {
            return;
        }
        if (writer != null) {
            throw new HalException(
                    HalException.Kind.IO,
                    "read " + volume + ": its update is under way, " + written + " of " + total + " bytes are written");
        }
        // Open only now: the kernel updates no volume that somebody has open.
        try (FileChannel channel = FileChannel.open(volume, StandardOpenOption.READ)) {
            if (kernel.attribute("ubi/" + name + "/upd_marker").equals("1")) {
                throw new HalException(
                        HalException.Kind.ECC, "read " + volume + ": its last update was interrupted, update it again");
            }
            Disk.read(channel, dst, offset);
        } catch (IOException e) {
            throw Disk.fault("read", volume, e);
        }
        if (dst.hasRemaining()) {
            throw new HalException(
                    HalException.Kind.IO, "read " + volume + ": it ends " + dst.remaining() + " bytes too early");
        }
    }

    @Override
    public void erase(long offset, long length) throws HalException {
        geometry.checkErase(offset, length);
        checkUnlocked("erase");
    }

    /**
     * {@inheritDoc} Each write begins where the one before ended, or at 0, which empties the volume once more.
     */
    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        geometry.checkWrite(offset, src.remaining());
        checkUnlocked("write");
        if (!src.hasRemaining()) {
            return;
        }
        if (offset == 0 && written > 0) {
            abandon();
            written = 0;
        }
        if (offset != written || src.remaining() > total - written) {
            throw new HalException(
                    HalException.Kind.UNSUPPORTED,
                    "write of " + src.remaining() + " bytes at " + offset + ": volume " + volume
                            + " is written in order, at " + written + " now, up to " + total);
        }
        Process process = writer;
        if (process == null) {
            process = Program.start(update.command(volume, total));
            writer = process;
        }
        byte[] bytes = new byte[src.remaining()];
        src.get(bytes);
        try {
            OutputStream input = process.getOutputStream();
            input.write(bytes);
            input.flush();
        } catch (IOException e) {
            finish(process);
            throw Disk.fault("write", volume, e);
        }
        written += bytes.length;
        if (written == total) {
            finish(process);
        }
    }

    private void finish(Process process) throws HalException {
        writer = null;
        lost = true;
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It ended already, and says why below.
            lost = true;
        }
        Result result = Program.await(process, "ubiupdatevol", LAST_WRITES);
        if (result.exitCode() != 0) {
            boolean busy = result.error().contains("Device or resource busy");
            throw new HalException(
                    busy ? HalException.Kind.LOCKED : HalException.Kind.IO,
                    "write " + volume + ": ubiupdatevol ended with " + result.exitCode() + ": " + result.error());
        }
        lost = written != total;
    }

    /**
     * {@inheritDoc} They count only when the image is complete.
     */
    @Override
    public void sync() throws HalException {
        if (lost) {
            throw new HalException(HalException.Kind.IO, "sync " + volume + ": its update failed, begin again");
        }
    }

    @Override
    public void end() throws HalException {
        begun = false;
        abandon();
    }

    @Override
    public void close() throws HalException {
        end();
    }

    private void abandon() throws HalException {
        Process process = writer;
        writer = null;
        if (process != null) {
            Program.stop(process, "ubiupdatevol");
        }
    }

    private void checkUnlocked(String what) throws HalException {
        guard.check(what);
        if (!begun) {
            throw new HalException(HalException.Kind.LOCKED, what + ": bank " + volume + " wasn't begun");
        }
    }
}

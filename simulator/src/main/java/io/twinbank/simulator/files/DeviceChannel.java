// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Region;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A block device with the copies of U-Boot's environment, each at the beginning of an erase unit, that is open.
 *
 * <p>On raw flash there is a driver that makes a block device of it: what is written stays in its memory until the device is forced or
 * closed; then the unit is erased, and programmed as far as it was written.
 */
final class DeviceChannel extends OpenChannel {
    /** Where the serial number of a copy is. */
    private static final int SERIAL_AT = 4;

    private static final byte LAST = (byte) 0xff;

    private record Write(long at, byte[] bytes) {}

    private final Region region;
    private final Set<Flaw> flaws;
    private final boolean observed;
    private List<Write> kept = List.of();

    /**
     * Opens it.
     *
     * @param region where it is
     * @param flaws seeded bugs; none in earnest
     * @param observed whether the board needn't live, and no fault strikes
     */
    DeviceChannel(Region region, Set<Flaw> flaws, boolean observed) {
        this.region = region;
        this.flaws = flaws;
        this.observed = observed;
    }

    @Override
    public int read(ByteBuffer dst, long at) throws IOException {
        checkOpen();
        int length = dst.remaining();
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try {
            if (observed) {
                region.peek(at, bytes);
            } else {
                region.read(at, bytes);
            }
            if (flaws.contains(Flaw.NO_WRAP) && at % unit() == 0 && length > SERIAL_AT) {
                bytes.put(SERIAL_AT, withoutWrap(bytes.get(SERIAL_AT), serial(other(at))));
            }
        } catch (HalException e) {
            throw Gate.asKernel(e);
        }
        dst.put(bytes.rewind());
        return length;
    }

    /** Whoever compares it believes that 255 is later than 0. */
    private static byte withoutWrap(byte serial, byte other) {
        return serial == 0 && other == LAST ? (byte) (LAST - 1) : serial;
    }

    private byte serial(long copy) throws HalException {
        ByteBuffer serial = ByteBuffer.allocate(1);
        region.peek(copy + SERIAL_AT, serial);
        return serial.get(0);
    }

    private int unit() {
        return region.units().eraseBytes();
    }

    private long other(long copy) {
        return unit() - copy;
    }

    @Override
    public int write(ByteBuffer src, long at) throws IOException {
        checkOpen();
        byte[] bytes = new byte[src.remaining()];
        src.get(bytes);
        List<Write> writes = new ArrayList<>(kept);
        writes.add(new Write(at, bytes));
        if (flaws.contains(Flaw.BOTH_WRITTEN)) {
            writes.add(new Write(other(at), bytes));
        }
        kept = writes;
        if (!region.units().erasesFirst()) {
            write(false);
        }
        return bytes.length;
    }

    /** A cut leaves any of it, in the units that are written. */
    private void write(boolean erases) throws IOException {
        List<Write> writes = kept;
        kept = List.of(); // what fails isn't tried again when it is closed
        try {
            for (Write write : writes) {
                if (erases) {
                    region.erase(write.at(), unit());
                }
                if (erases && flaws.contains(Flaw.BOTH_ERASED)) {
                    region.erase(other(write.at()), unit());
                }
            }
            for (Write write : writes) {
                region.program(write.at(), ByteBuffer.wrap(write.bytes()));
            }
        } catch (HalException e) {
            throw Gate.asKernel(e);
        }
    }

    @Override
    public void force(boolean metaData) throws IOException {
        checkOpen();
        if (flaws.contains(Flaw.NO_FILE_FORCE)) {
            return;
        }
        write(true);
        try {
            region.flush();
        } catch (HalException e) {
            throw Gate.asKernel(e);
        }
    }

    @Override
    public long size() {
        return region.length();
    }

    @Override
    public DeviceChannel truncate(long size) {
        throw new UnsupportedOperationException("a device has its size");
    }

    @Override
    public FileLock tryLock(long at, long size, boolean shared) {
        throw new UnsupportedOperationException("nobody locks a device");
    }

    @Override
    protected void implCloseChannel() throws IOException {
        write(true);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.StateHash;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One bank, stricter than any real one: nothing is written that wasn't erased since the board was switched on, nothing
 * twice, nothing before {@link #begin}, nothing to the running bank. Behind the logical capacity lies one more erase unit
 * with the marker that makes the bank selectable: the boot loader's, not the agent's.
 */
final class SimulatedBank implements BoardBank {
    private static final byte[] MARKER = {
        0x54, 0x57, 0x42, 0x2d, 0x53, 0x45, 0x4c, 0x45, 0x43, 0x54, 0x41, 0x42, 0x4c, 0x45, 0x2e, 0x2e
    };

    private final BankId id;
    private final FlashGeometry geometry;
    private final Region region;
    private final Region marker;
    private final Predicate<BankId> isRunning;
    private final OperationLog log;
    /** The write units that were erased in this life and not written since: an erase that was cut isn't to be trusted. */
    private final BitSet writable = new BitSet();

    private boolean begun;

    SimulatedBank(
            BankId id,
            FlashGeometry geometry,
            Region region,
            Region marker,
            Predicate<BankId> isRunning,
            OperationLog log) {
        this.id = id;
        this.geometry = geometry;
        this.region = region;
        this.marker = marker;
        this.isRunning = isRunning;
        this.log = log;
    }

    static long regionBytes(FlashGeometry geometry) {
        return geometry.capacityBytes() + geometry.eraseSizeBytes();
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
            throw new IllegalArgumentException("length must be at least 0, not " + length);
        }
        log.checkAliveToWrite(region.part(), "begin");
        checkNotRunning("begin");
        if (length > geometry.capacityBytes()) {
            throw new HalException(
                    HalException.Kind.NO_SPACE,
                    length + " bytes don't fit bank " + id + " of " + geometry.capacityBytes() + " bytes");
        }
        begun = true;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        geometry.checkRead(offset, dst.remaining());
        region.read(offset, dst);
    }

    @Override
    public void erase(long offset, long length) throws HalException {
        geometry.checkErase(offset, length);
        checkWritable("erase");
        log.call("erase " + offset + "+" + length);
        region.erase(offset, length);
        writable.set(unitAt(offset), unitAt(offset + length));
    }

    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        int length = src.remaining();
        geometry.checkWrite(offset, length);
        checkWritable("write");
        int end = unitAt(offset + length);
        int bad = writable.nextClearBit(unitAt(offset));
        if (bad < end) {
            String what = "write of " + length + " bytes at " + offset + " of bank " + id + ": the unit at "
                    + (long) bad * geometry.writeSizeBytes() + " wasn't erased since the start, or was written since";
            log.finding(what);
            throw new IllegalStateException(what);
        }
        log.call("write " + offset + "+" + length);
        writable.clear(unitAt(offset), end);
        region.program(offset, src);
    }

    @Override
    public void sync() throws HalException {
        log.call("sync");
        region.flush();
    }

    @Override
    public void end() throws HalException {
        log.checkAliveToWrite(region.part(), "end");
        begun = false;
    }

    private void checkWritable(String what) throws HalException {
        log.checkAliveToWrite(region.part(), what);
        checkNotRunning(what);
        if (!begun) {
            throw new HalException(
                    HalException.Kind.LOCKED, what + ": bank " + id + " wasn't begun since the last boot");
        }
        if (isSelectable()) {
            log.finding(what + " of bank " + id + ", which the boot loader may still select");
        }
    }

    private void checkNotRunning(String what) throws HalException {
        if (isRunning.test(id)) {
            throw new HalException(HalException.Kind.LOCKED, what + ": bank " + id + " is running");
        }
    }

    @Override
    public void peek(long offset, ByteBuffer dst) throws HalException {
        region.peek(offset, dst);
    }

    @Override
    public Optional<StateHash.Key> content() {
        return region.content();
    }

    @Override
    public void poke(long offset, ByteBuffer src) throws HalException {
        region.poke(offset, src);
    }

    @Override
    public boolean isSelectable() throws HalException {
        byte[] found = new byte[MARKER.length];
        marker.peek(0, ByteBuffer.wrap(found));
        return Arrays.equals(found, MARKER);
    }

    @Override
    public void setSelectable(boolean selectable) throws HalException {
        marker.erase(0, geometry.eraseSizeBytes());
        if (selectable) {
            marker.program(0, unit());
        }
        marker.flush();
        if (isSelectable() != selectable) {
            throw new HalException(
                    HalException.Kind.IO,
                    "the marker of bank " + id + " didn't become " + (selectable ? "good" : "bad"));
        }
    }

    @Override
    public void provision(boolean selectable) throws HalException {
        ByteBuffer unit = unit();
        marker.poke(0, selectable ? unit : ByteBuffer.allocate(unit.capacity()));
    }

    private ByteBuffer unit() {
        int size = Math.max(MARKER.length, geometry.writeSizeBytes());
        byte[] unit = new byte[size];
        Arrays.fill(unit, (byte) 0xff);
        System.arraycopy(MARKER, 0, unit, 0, MARKER.length);
        return ByteBuffer.wrap(unit);
    }

    @Override
    public void powerOn() {
        begun = false;
        writable.clear();
    }

    private int unitAt(long offset) {
        return Math.toIntExact(offset / geometry.writeSizeBytes());
    }
}

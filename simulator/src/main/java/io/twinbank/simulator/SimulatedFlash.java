// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.Operation.Part;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One bank, stricter than any real one: nothing is written that isn't erased, nothing twice, nothing before {@link
 * #begin}, nothing to the running bank. Erased cells hold a pattern, so that nobody relies on ones. Behind the logical
 * capacity lies one more erase unit with the marker that makes the bank selectable: the boot loader's, not the agent's.
 */
final class SimulatedFlash implements FlashBank {
    private static final byte[] MARKER = {
        0x54, 0x57, 0x42, 0x2d, 0x53, 0x45, 0x4c, 0x45, 0x43, 0x54, 0x41, 0x42, 0x4c, 0x45
    };
    private static final byte ERASED = (byte) 0xe5;

    private final BankId id;
    private final FlashGeometry geometry;
    private final Cells cells;
    private final boolean losesUnsynced;
    private final Predicate<BankId> isRunning;
    private final OperationLog log;
    private final Part part;
    /** The write units that are erased and not written since. */
    private final BitSet writable = new BitSet();
    /** The erase units touched since the last sync, as they were before. */
    private final Map<Long, byte[]> unsynced = new TreeMap<>();

    private boolean begun;

    SimulatedFlash(
            BankId id,
            FlashGeometry geometry,
            Cells cells,
            boolean losesUnsynced,
            Predicate<BankId> isRunning,
            OperationLog log) {
        this.id = id;
        this.geometry = geometry;
        this.cells = cells;
        this.losesUnsynced = losesUnsynced;
        this.isRunning = isRunning;
        this.log = log;
        this.part = id == BankId.A ? Part.BANK_A : Part.BANK_B;
    }

    static long cellBytes(FlashGeometry geometry) {
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
        log.checkAliveToWrite(part, "begin");
        checkNotRunning("begin");
        if (length > geometry.capacityBytes()) {
            throw new HalException(
                    HalException.Kind.NO_SPACE,
                    length + " bytes don't fit bank " + id + " of " + geometry.capacityBytes() + " bytes");
        }
        log.perform(part, "begin", Long.toString(length), () -> begun = true);
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        geometry.checkRead(offset, dst.remaining());
        log.checkAlive();
        cells.read(offset, dst);
    }

    @Override
    public void erase(long offset, long length) throws HalException {
        geometry.checkErase(offset, length);
        checkWritable("erase");
        log.perform(part, "erase", offset + "+" + length, () -> {
            keepUnsynced(offset, length);
            fill(offset, length);
            writable.set(unitAt(offset), unitAt(offset + length));
        });
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
                    + (long) bad * geometry.writeSizeBytes() + " isn't erased, or was written since";
            log.finding(what);
            throw new IllegalStateException(what);
        }
        log.perform(part, "write", offset + "+" + length, () -> {
            keepUnsynced(offset, length);
            cells.write(offset, src);
            writable.clear(unitAt(offset), end);
        });
    }

    @Override
    public void sync() throws HalException {
        log.perform(part, "sync", "", unsynced::clear);
    }

    @Override
    public void end() throws HalException {
        log.perform(part, "end", "", () -> begun = false);
    }

    private void checkWritable(String what) throws HalException {
        log.checkAliveToWrite(part, what);
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

    /** Reads the cells whatever runs: as the boot loader does. */
    void readCells(long offset, ByteBuffer dst) throws HalException {
        cells.read(offset, dst);
    }

    /** Writes past every lock, durably: as the factory does. */
    void writeCells(long offset, ByteBuffer src) throws HalException {
        writable.clear(unitAt(offset), unitAt(offset + src.remaining() + geometry.writeSizeBytes() - 1));
        cells.write(offset, src);
    }

    boolean isSelectable() throws HalException {
        byte[] found = new byte[MARKER.length];
        cells.read(geometry.capacityBytes(), ByteBuffer.wrap(found));
        return Arrays.equals(found, MARKER);
    }

    void setSelectable(boolean selectable) throws HalException {
        fill(geometry.capacityBytes(), geometry.eraseSizeBytes());
        if (selectable) {
            cells.write(geometry.capacityBytes(), ByteBuffer.wrap(MARKER));
        }
    }

    /** Power comes back: the bank is protected, and what wasn't synced may be gone. */
    void powerOn(boolean afterPowerCut) throws HalException {
        begun = false;
        if (afterPowerCut) {
            for (Map.Entry<Long, byte[]> unit : unsynced.entrySet()) {
                cells.write(unit.getKey(), ByteBuffer.wrap(unit.getValue()));
                writable.clear(unitAt(unit.getKey()), unitAt(unit.getKey() + geometry.eraseSizeBytes()));
            }
            unsynced.clear();
        }
    }

    void close() {
        cells.close();
    }

    private void keepUnsynced(long offset, long length) throws HalException {
        int unit = geometry.eraseSizeBytes();
        for (long start = offset - offset % unit; losesUnsynced && start < offset + length; start += unit) {
            if (!unsynced.containsKey(start)) {
                byte[] before = new byte[unit];
                cells.read(start, ByteBuffer.wrap(before));
                unsynced.put(start, before);
            }
        }
    }

    private void fill(long offset, long length) throws HalException {
        byte[] pattern = new byte[(int) Math.min(length, 64 << 10)];
        Arrays.fill(pattern, ERASED);
        for (long at = offset; at < offset + length; at += pattern.length) {
            cells.write(at, ByteBuffer.wrap(pattern, 0, (int) Math.min(pattern.length, offset + length - at)));
        }
    }

    private int unitAt(long offset) {
        return Math.toIntExact(offset / geometry.writeSizeBytes());
    }
}

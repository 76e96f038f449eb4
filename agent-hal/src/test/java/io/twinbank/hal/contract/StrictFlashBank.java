// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.contract;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A bank in memory that is stricter than any real one: it refuses what is misaligned, out of range, written without an
 * erase or twice ({@link IllegalStateException}), and whatever comes before {@link #begin} or to the running bank
 * ({@code LOCKED}). Erased cells hold a pattern, so that nobody relies on ones.
 */
public final class StrictFlashBank implements FlashBank {
    private final String name;
    private final FlashGeometry geometry;
    private final BooleanSupplier running;
    private final Trace trace;
    private final byte[] cells;
    private final BitSet writable = new BitSet();
    private final int[] erases;
    /** The erase units touched since the last sync, as they were before. */
    private final Map<Integer, byte[]> unsynced = new TreeMap<>();

    private boolean begun;

    /**
     * Makes a bank that isn't running.
     *
     * @param geometry its shape; the capacity within an array's bounds
     */
    public StrictFlashBank(FlashGeometry geometry) {
        this("bank", geometry, () -> false, new Trace());
    }

    /**
     * Makes a bank.
     *
     * @param name for the trace and messages
     * @param geometry its shape; the capacity within an array's bounds
     * @param running tells whether this is the running bank
     * @param trace takes down what is done
     */
    public StrictFlashBank(String name, FlashGeometry geometry, BooleanSupplier running, Trace trace) {
        this.name = name;
        this.geometry = geometry;
        this.running = running;
        this.trace = trace;
        this.cells = new byte[Math.toIntExact(geometry.capacityBytes())];
        this.erases = new int[cells.length / geometry.eraseSizeBytes()];
        scramble(0, cells.length);
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
    public synchronized void begin(long length) throws HalException {
        if (length < 0) {
            throw new IllegalArgumentException("length " + length + " is negative");
        }
        if (running.getAsBoolean()) {
            throw new HalException(HalException.Kind.LOCKED, name + " is the running bank");
        }
        if (length > geometry.capacityBytes()) {
            throw new HalException(
                    HalException.Kind.NO_SPACE,
                    length + " bytes don't fit " + name + " of " + geometry.capacityBytes());
        }
        trace.step("begin " + name);
        begun = true;
    }

    @Override
    public synchronized void read(long offset, ByteBuffer dst) throws HalException {
        geometry.checkRead(offset, dst.remaining());
        trace.check("read " + name + " " + offset + "+" + dst.remaining());
        dst.put(cells, (int) offset, dst.remaining());
    }

    @Override
    public synchronized void erase(long offset, long length) throws HalException {
        geometry.checkErase(offset, length);
        checkUnlocked("erase");
        trace.step("erase " + name + " " + offset + "+" + length);
        touch(offset, length);
        int unit = geometry.eraseSizeBytes();
        for (int i = (int) offset / unit; i < (int) (offset + length) / unit; i++) {
            erases[i]++;
        }
        scramble((int) offset, (int) length);
        writable.set(unitAt(offset), unitAt(offset + length));
    }

    @Override
    public synchronized void write(long offset, ByteBuffer src) throws HalException {
        int length = src.remaining();
        geometry.checkWrite(offset, length);
        checkUnlocked("write");
        int first = unitAt(offset);
        int end = unitAt(offset + length);
        int bad = writable.nextClearBit(first);
        if (bad < end) {
            throw new IllegalStateException(
                    "write of " + length + " bytes at " + offset + " of " + name + ": the unit at "
                            + (long) bad * geometry.writeSizeBytes() + " isn't erased, or was written since");
        }
        trace.step("write " + name + " " + offset + "+" + length);
        touch(offset, length);
        src.get(cells, (int) offset, length);
        writable.clear(first, end);
    }

    @Override
    public synchronized void sync() throws HalException {
        trace.step("sync " + name);
        unsynced.clear();
    }

    @Override
    public synchronized void end() throws HalException {
        trace.step("end " + name);
        begun = false;
    }

    /**
     * Puts an image there as a factory would: durable, past every lock, to the begin of the bank.
     *
     * @param image the bytes
     */
    public synchronized void flash(byte[] image) {
        System.arraycopy(image, 0, cells, 0, image.length);
        writable.clear();
        unsynced.clear();
    }

    /**
     * Flips a bit in the cells, durably.
     *
     * @param offset of the byte
     */
    public synchronized void flip(long offset) {
        cells[(int) offset] ^= 1;
    }

    /**
     * Cuts the power: what wasn't synced is undone, the erase units that it touched must be erased again, and the bank is
     * locked.
     */
    public synchronized void cutPower() {
        int unit = geometry.eraseSizeBytes();
        unsynced.forEach((index, before) -> {
            System.arraycopy(before, 0, cells, index * unit, unit);
            writable.clear(unitAt((long) index * unit), unitAt((index + 1L) * unit));
        });
        unsynced.clear();
        begun = false;
    }

    /**
     * Returns what the cells hold.
     *
     * @return a copy of the whole bank
     */
    public synchronized byte[] content() {
        return cells.clone();
    }

    /**
     * Returns how often a place was erased.
     *
     * @param offset in bytes
     * @return how often its erase unit was
     */
    public synchronized int erases(long offset) {
        return erases[(int) (offset / geometry.eraseSizeBytes())];
    }

    private void checkUnlocked(String what) throws HalException {
        if (running.getAsBoolean() || !begun) {
            throw new HalException(
                    HalException.Kind.LOCKED, what + ": " + name + (begun ? " is the running bank" : " wasn't begun"));
        }
    }

    private void touch(long offset, long length) {
        int unit = geometry.eraseSizeBytes();
        for (int start = (int) offset / unit * unit; start < offset + length; start += unit) {
            unsynced.putIfAbsent(start / unit, Arrays.copyOfRange(cells, start, start + unit));
        }
    }

    private void scramble(int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            cells[i] = (byte) (0x25 ^ i * 31 & 0x7f);
        }
    }

    private int unitAt(long offset) {
        return (int) (offset / geometry.writeSizeBytes());
    }
}

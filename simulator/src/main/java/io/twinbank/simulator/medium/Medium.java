// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Operation.Part;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A storage device with its physics. Each page that it programs and each block that it erases is an {@link Operation} of
 * its own, which a power cut may tear as on the real part. What breaks the part's rules is a finding. Used through its
 * {@linkplain Region regions}. Not thread-safe.
 */
public abstract class Medium implements Durable, AutoCloseable {
    /**
     * The units of a device, all in bytes.
     *
     * @param programBytes the smallest unit that is programmed at once
     * @param eraseBytes the unit that is erased at once
     * @param erasesFirst whether a unit must be erased before it is programmed
     */
    public record Units(int programBytes, int eraseBytes, boolean erasesFirst) {}

    /**
     * How much a unit stands.
     *
     * @param erases after how many erases it fails
     * @param reads after how many reads a bit of its neighbour turns over, each time
     */
    public record Endurance(int erases, int reads) {
        /** Without an end. */
        public static final Endurance ENDLESS = new Endurance(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** Through which every change goes. */
    protected final OperationLog log;

    /** What an observer sees of its use. */
    final Wear.Counter wear = new Wear.Counter();

    private final Units units;
    private long extent = 0;

    /**
     * Makes a device.
     *
     * @param units its units
     * @param log through which every change goes
     */
    protected Medium(Units units, OperationLog log) {
        this.units = units;
        this.log = log;
    }

    /**
     * Returns the units.
     *
     * @return constant
     */
    public final Units units() {
        return units;
    }

    /**
     * Returns a part of this device.
     *
     * @param part whose operations they are in the log
     * @param base where it begins, a multiple of the erase unit
     * @param length how long it is, a multiple of the erase unit
     * @return a fresh view
     */
    public final Region region(Part part, long base, long length) {
        extent = Math.max(extent, base + length);
        return new Region(this, part, base, length);
    }

    /**
     * Reads, as a reader on the board would: through the device's cache and error correction.
     *
     * @param at in bytes
     * @param dst filled to its limit
     * @throws HalException {@code ECC} or {@code IO}
     */
    protected abstract void read(long at, ByteBuffer dst) throws HalException;

    /**
     * Reads whatever the cells hold, for an observer: no wear, no fault, no operation.
     *
     * @param at in bytes
     * @param dst filled to its limit
     * @throws HalException {@code IO} if the cells themselves can't be read
     */
    protected abstract void peek(long at, ByteBuffer dst) throws HalException;

    /**
     * Writes past every rule, at once and durably: as the factory does, or a fault.
     *
     * @param at in bytes
     * @param src written to its limit
     * @throws HalException {@code IO} if the cells themselves can't be written
     */
    protected abstract void poke(long at, ByteBuffer src) throws HalException;

    /**
     * Programs whole units, one operation for each page.
     *
     * @param part whose operation it is
     * @param at in bytes
     * @param src programmed to its limit
     * @throws HalException {@code IO}
     */
    protected abstract void program(Part part, long at, ByteBuffer src) throws HalException;

    /**
     * Erases whole units, one operation for each.
     *
     * @param part whose operation it is
     * @param at in bytes
     * @param length in bytes
     * @throws HalException {@code IO}
     */
    protected abstract void erase(Part part, long at, long length) throws HalException;

    /**
     * Makes what was written survive a power cut. An operation where the device has a cache.
     *
     * @param part whose operation it is
     * @throws HalException {@code IO}
     */
    protected abstract void flush(Part part) throws HalException;

    /**
     * Returns how much of the device is used.
     *
     * @return in bytes, up to the end of its last region
     */
    protected final long extent() {
        return extent;
    }

    /**
     * Returns which erase blocks were read and which erased.
     *
     * @return live; null for a device that doesn't tell
     */
    public @Nullable Touches touches() {
        return null;
    }

    /**
     * Leaves out of the hash what erase blocks hold, or no longer.
     *
     * @param hidden whether only the rest counts; only where there are {@link #touches}
     */
    public void hideBlocks(boolean hidden) {
        throw new UnsupportedOperationException("this device isn't hashed block by block");
    }

    /**
     * Hashes each erase block on its own, to be added up.
     *
     * @return two numbers for each block; only where there are {@link #touches}
     */
    public long[] blockSums() {
        throw new UnsupportedOperationException("this device isn't hashed block by block");
    }

    /**
     * Hashes what a reader sees in some blocks, for one who would do the same again with the same bytes.
     *
     * @param at in bytes, a multiple of an erase block
     * @param length in bytes, a multiple of an erase block
     * @return equal only for the same bytes in the same place; empty if that isn't cheaper than to read them
     */
    protected Optional<StateHash.Key> content(long at, long length) {
        return Optional.empty();
    }

    /**
     * Lists what may survive if the power fails now.
     *
     * @return simplest first; one way where nothing is pending
     */
    public List<Survival> survivals() {
        return List.of(Survival.ALL);
    }

    /**
     * Loses the power.
     *
     * @param survival what of the pending writes survives
     * @throws HalException {@code IO} if the cells themselves fail
     */
    public void losePower(Survival survival) throws HalException {
        // without a cache nothing is lost
    }

    /**
     * Returns how much this device was used.
     *
     * @return along the history that led to the present state
     */
    public final Wear wear() {
        return wear.now();
    }

    /**
     * Sets how much it stands; endless by default.
     *
     * @param limits from now on
     * @throws HalException {@code UNSUPPORTED} where the device hides its wear
     */
    public void endure(Endurance limits) throws HalException {
        throw hidden("wear");
    }

    /**
     * Turns a bit over, as time does, without an operation. Error correction may hide it.
     *
     * @param bit counted from 0, eight to a byte, the lowest first
     * @throws HalException {@code IO} if the cells themselves fail
     */
    protected abstract void flip(long bit) throws HalException;

    /**
     * Lets a bit be stuck, whatever is programmed or erased from now on.
     *
     * @param bit counted as for {@link #flip}
     * @param value what it holds
     * @throws HalException {@code UNSUPPORTED} where the device works around such bits
     */
    protected void stick(long bit, boolean value) throws HalException {
        throw hidden("stuck bits");
    }

    /**
     * Lets a block fail: programs and erases answer with an error from now on, unless another block takes its place.
     *
     * @param at where it begins
     * @throws HalException {@code UNSUPPORTED} where the device works around such blocks
     */
    protected void breakBlock(long at) throws HalException {
        throw hidden("bad blocks");
    }

    private static HalException hidden(String what) {
        return new HalException(HalException.Kind.UNSUPPORTED, "this device hides its " + what);
    }

    /** What isn't made of whole units is a finding, and refused. */
    final void checkUnits(Part part, String what, long at, long length, int unit) {
        if (at % unit != 0 || length % unit != 0) {
            String message = what + " of " + part + " at " + at + "+" + length + " isn't made of units of " + unit;
            log.finding(message);
            throw new IllegalArgumentException(message);
        }
    }

    /** Counts a read of some units. */
    final void countRead(long at, int length) {
        int unit = units.eraseBytes();
        for (long block = at / unit; block * unit < at + length; block++) {
            wear.read(block);
        }
    }

    /** Lets go of what the cells hold open. */
    @Override
    public abstract void close();
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Operation.Part;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A part of a {@link Medium}; offsets begin at 0. A dead board answers nothing, and being asked to write is a finding. */
public final class Region {
    private final Medium medium;
    private final Part part;
    private final long base;
    private final long length;

    Region(Medium medium, Part part, long base, long length) {
        int unit = medium.units().eraseBytes();
        if (base < 0 || length < 0 || base % unit != 0 || length % unit != 0) {
            throw new IllegalArgumentException(
                    "region " + part + " at " + base + "+" + length + " isn't made of units of " + unit);
        }
        this.medium = medium;
        this.part = part;
        this.base = base;
        this.length = length;
    }

    /**
     * Returns the units of the device.
     *
     * @return constant
     */
    public Medium.Units units() {
        return medium.units();
    }

    /**
     * Returns the size.
     *
     * @return in bytes
     */
    public long length() {
        return length;
    }

    /**
     * Returns whose operations these are.
     *
     * @return the part
     */
    public Part part() {
        return part;
    }

    /**
     * Reads as the board does.
     *
     * @param at in bytes
     * @param dst filled to its limit
     * @throws HalException {@code ECC} or {@code IO}
     */
    public void read(long at, ByteBuffer dst) throws HalException {
        check(at, dst.remaining());
        long astray = medium.log.read(part);
        medium.read(base + at + astray, dst);
    }

    /**
     * Reads as an observer does, whether the board lives or not.
     *
     * @param at in bytes
     * @param dst filled to its limit
     * @throws HalException {@code IO} if the cells themselves can't be read
     */
    public void peek(long at, ByteBuffer dst) throws HalException {
        check(at, dst.remaining());
        medium.peek(base + at, dst);
    }

    /**
     * Hashes what an observer reads.
     *
     * @return equal only for the same bytes; empty if that isn't cheaper than to read them
     */
    public Optional<StateHash.Key> content() {
        return medium.content(base, length);
    }

    /**
     * Writes past every rule, as the factory does, or a fault.
     *
     * @param at in bytes
     * @param src written to its limit
     * @throws HalException {@code IO} if the cells themselves can't be written
     */
    public void poke(long at, ByteBuffer src) throws HalException {
        check(at, src.remaining());
        medium.poke(base + at, src);
    }

    /**
     * Programs whole units.
     *
     * @param at in bytes
     * @param src programmed to its limit
     * @throws HalException {@code IO}
     */
    public void program(long at, ByteBuffer src) throws HalException {
        check(at, src.remaining());
        medium.log.checkAliveToWrite(part, "program");
        medium.program(part, base + at, src);
    }

    /**
     * Erases whole units.
     *
     * @param at in bytes
     * @param bytes how many
     * @throws HalException {@code IO}
     */
    public void erase(long at, long bytes) throws HalException {
        check(at, bytes);
        medium.log.checkAliveToWrite(part, "erase");
        medium.erase(part, base + at, bytes);
    }

    /**
     * Makes what was written, anywhere on the device, survive a power cut.
     *
     * @throws HalException {@code IO}
     */
    public void flush() throws HalException {
        medium.log.checkAliveToWrite(part, "flush");
        medium.flush(part);
    }

    /**
     * Turns a bit over, as time does.
     *
     * @param bit counted from 0, eight to a byte, the lowest first
     * @throws HalException {@code IO} if the cells themselves fail
     */
    public void flip(long bit) throws HalException {
        check(bit / 8, 1);
        medium.flip(8 * base + bit);
    }

    /**
     * Lets a bit be stuck from now on.
     *
     * @param bit counted as for {@link #flip}
     * @param value what it holds
     * @throws HalException {@code UNSUPPORTED} where the device works around such bits
     */
    public void stick(long bit, boolean value) throws HalException {
        check(bit / 8, 1);
        medium.stick(8 * base + bit, value);
    }

    /**
     * Lets an erase unit fail from now on.
     *
     * @param at any byte of it
     * @throws HalException {@code UNSUPPORTED} where the device works around such units
     */
    public void breakBlock(long at) throws HalException {
        check(at, 1);
        medium.breakBlock(base + at);
    }

    private void check(long at, long bytes) {
        if (at < 0 || bytes < 0 || at > length - bytes) {
            throw new IllegalArgumentException(bytes + " bytes at " + at + " of region " + part + " of " + length);
        }
    }
}

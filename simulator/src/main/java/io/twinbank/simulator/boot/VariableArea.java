// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Region;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where a loader keeps its variables: a few erase units, each read and rewritten on its own. A rewrite is an erase where the
 * device needs one, then a program, then a flush; a cut leaves any mix of them, in that one unit only.
 */
public final class VariableArea {
    /** A transient error is read past; what stays unreadable is lost. */
    private static final int READS = 3;

    private static final int SPOILT_BYTES = 4096;

    private final Region region;

    /**
     * Makes a view.
     *
     * @param region at least {@value BootHost#VARIABLE_UNITS} erase units
     */
    public VariableArea(Region region) {
        this.region = region;
    }

    /** Someone who reads: the board, whom a fault may strike, or an observer, whom the board's death doesn't concern. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Reads.
         *
         * @param unit which erase unit
         * @param offset from its beginning, in bytes
         * @param length in bytes
         * @return what it holds; empty if that can't be read
         */
        Optional<byte[]> read(int unit, int offset, int length);
    }

    @FunctionalInterface
    private interface Source {
        void read(long at, ByteBuffer dst) throws HalException;
    }

    /**
     * Returns the board's reader.
     *
     * @return reads as loader and agent do
     */
    public Reader board() {
        return (unit, offset, length) -> read(region::read, unit, offset, length);
    }

    /**
     * Returns an observer's reader.
     *
     * @return reads whether the board lives or not
     */
    public Reader observer() {
        return (unit, offset, length) -> read(region::peek, unit, offset, length);
    }

    private Optional<byte[]> read(Source source, int unit, int offset, int length) {
        for (int i = 0; i < READS; i++) {
            try {
                byte[] bytes = new byte[length];
                source.read(at(unit) + offset, ByteBuffer.wrap(bytes));
                return Optional.of(bytes);
            } catch (HalException e) {
                // tried again, and in the end the same to a loader as content that is no good
            }
        }
        return Optional.empty();
    }

    /**
     * Replaces a unit: several operations, each of which may be torn.
     *
     * @param unit which erase unit
     * @param content its beginning; the rest is undefined afterwards
     * @throws HalException if it can't be written
     */
    public void rewrite(int unit, byte[] content) throws HalException {
        if (region.units().erasesFirst()) {
            region.erase(at(unit), region.units().eraseBytes());
        }
        append(unit, 0, content);
    }

    /**
     * Programs what hasn't been programmed since the unit was erased.
     *
     * @param unit which erase unit
     * @param offset whole program units
     * @param content filled up to whole program units
     * @throws HalException if it can't be written, or reads back wrong
     */
    public void append(int unit, int offset, byte[] content) throws HalException {
        region.program(at(unit) + offset, padded(content));
        region.flush();
        readBack(unit, offset, content);
    }

    /** Cells may fail without saying so. */
    private void readBack(int unit, int offset, byte[] content) throws HalException {
        byte[] found = new byte[content.length];
        region.read(at(unit) + offset, ByteBuffer.wrap(found));
        if (!Arrays.equals(found, content)) {
            throw new HalException(
                    HalException.Kind.IO, "boot variables in unit " + unit + " aren't what was written there");
        }
    }

    /**
     * Makes a unit all ones, on a device that isn't erased as well.
     *
     * @param unit which erase unit
     * @throws HalException if it can't be written
     */
    public void clear(int unit) throws HalException {
        if (region.units().erasesFirst()) {
            region.erase(at(unit), region.units().eraseBytes());
            region.flush();
        } else {
            byte[] ones = new byte[region.units().eraseBytes()];
            Arrays.fill(ones, (byte) 0xff);
            append(unit, 0, ones);
        }
    }

    /**
     * Replaces a unit past every rule, as the factory does.
     *
     * @param unit which erase unit
     * @param content its beginning
     * @throws HalException if the cells themselves can't be written
     */
    public void poke(int unit, byte[] content) throws HalException {
        byte[] all = new byte[Math.max(SPOILT_BYTES, content.length)];
        Arrays.fill(all, (byte) 0xff);
        System.arraycopy(content, 0, all, 0, content.length);
        region.poke(
                at(unit),
                ByteBuffer.wrap(all, 0, Math.min(all.length, region.units().eraseBytes())));
    }

    /**
     * Loses every unit, as a fault of the medium.
     *
     * @throws HalException if the cells themselves can't be written
     */
    public void spoil() throws HalException {
        for (int unit = 0; unit < BootHost.VARIABLE_UNITS; unit++) {
            poke(unit, new byte[SPOILT_BYTES]);
        }
    }

    /**
     * Rounds a length up to whole program units.
     *
     * @param length in bytes
     * @return in bytes
     */
    public int padded(int length) {
        int unit = region.units().programBytes();
        return (length + unit - 1) / unit * unit;
    }

    boolean erasesFirst() {
        return region.units().erasesFirst();
    }

    int unitBytes() {
        return region.units().eraseBytes();
    }

    private ByteBuffer padded(byte[] content) {
        byte[] bytes = Arrays.copyOf(content, padded(content.length));
        Arrays.fill(bytes, content.length, bytes.length, (byte) 0xff);
        return ByteBuffer.wrap(bytes);
    }

    private long at(int unit) {
        return (long) unit * region.units().eraseBytes();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The medium under a simulated bank: bytes that survive a power cut. What the bytes mean is the device's business. */
public interface Cells extends Durable, AutoCloseable {
    /**
     * Reads.
     *
     * @param offset in bytes
     * @param dst filled from its position to its limit
     * @throws HalException {@code IO}
     */
    void read(long offset, ByteBuffer dst) throws HalException;

    /**
     * Overwrites.
     *
     * @param offset in bytes
     * @param src written from its position to its limit
     * @throws HalException {@code IO}
     */
    void write(long offset, ByteBuffer src) throws HalException;

    /**
     * Overwrites with one value.
     *
     * @param offset in bytes
     * @param length in bytes
     * @param value what each byte holds
     * @throws HalException {@code IO}
     */
    default void fill(long offset, long length, byte value) throws HalException {
        byte[] piece = new byte[(int) Math.min(length, 64 << 10)];
        Arrays.fill(piece, value);
        for (long done = 0; done < length; done += piece.length) {
            write(offset + done, ByteBuffer.wrap(piece, 0, (int) Math.min(piece.length, length - done)));
        }
    }

    /**
     * Adds up what the hash of the cells owes to a part of them.
     *
     * @param offset in bytes, a multiple of an erase block
     * @param length in bytes, an erase block
     * @param sums where both halves of the sum are added
     * @param at where in that array
     */
    default void sum(long offset, long length, long[] sums, int at) {
        throw new UnsupportedOperationException("these cells aren't hashed block by block");
    }

    /** Lets go of what the cells hold open; they can't be used again. */
    @Override
    void close();

    /** Makes the cells of a bank. */
    @FunctionalInterface
    interface Factory {
        /**
         * Makes cells.
         *
         * @param name such as {@code A}
         * @param size in bytes
         * @return fresh cells
         * @throws HalException {@code IO} or {@code NO_SPACE}
         */
        Cells make(String name, long size) throws HalException;
    }
}

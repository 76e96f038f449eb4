// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;

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

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal;

import java.nio.ByteBuffer;

/**
 * One bank of one component. Offsets are logical bytes from 0; relocating a block that wears out is the bank's business.
 *
 * <p>Not thread-safe: one caller at a time. {@link #read} may come from the thread {@code twinbank-fetch} as well, which takes what an
 * update needs of an image that is there already; the agent has the calls to each bank take turns. The two banks don't wait for each
 * other: what a board's banks share, such as a buffer, is theirs to guard. Misuse (a range outside the bank, a misaligned write) throws {@link
 * IllegalArgumentException}; {@link FlashGeometry} has the checks. A device fault throws {@link HalException}.
 */
public interface FlashBank {
    /**
     * Returns the bank's shape.
     *
     * @return the geometry; constant
     */
    FlashGeometry geometry();

    /**
     * Tells whether an interrupted update may go on where it stopped.
     *
     * @return false where it starts anew, such as a UBI volume update; such a bank is written whole and in order, from 0
     */
    boolean resumable();

    /**
     * Unlocks the bank for an update. A power cut leaves the content as it was; calling it again is harmless.
     *
     * @param length the image's length in bytes
     * @throws HalException {@code LOCKED} if this is the running bank; {@code NO_SPACE} if the image doesn't fit
     */
    void begin(long length) throws HalException;

    /**
     * Reads from the medium. Changes nothing, so a power cut leaves nothing behind.
     *
     * @param offset in bytes
     * @param dst filled from its position to its limit
     * @throws HalException {@code ECC} or {@code IO} if not every byte could be read
     */
    void read(long offset, ByteBuffer dst) throws HalException;

    /**
     * Erases whole erase units; the content is undefined afterwards (not necessarily all ones). A power cut damages this
     * range only, and may leave it looking erased without being so: it must be erased again before it is written.
     *
     * @param offset in bytes, a multiple of the erase size
     * @param length in bytes, a multiple of the erase size
     * @throws HalException {@code LOCKED} on the running bank; {@code WORN_OUT} or {@code IO}
     */
    void erase(long offset, long length) throws HalException;

    /**
     * Writes whole write units, only into erased space, and once. A power cut damages this range only. The bytes survive a
     * power cut only after {@link #sync()}.
     *
     * @param offset in bytes, a multiple of the write size
     * @param src written from its position to its limit, a multiple of the write size
     * @throws HalException {@code LOCKED} on the running bank; {@code NO_SPACE}, {@code WORN_OUT} or {@code IO}
     */
    void write(long offset, ByteBuffer src) throws HalException;

    /**
     * Makes writes durable: on return every earlier write and erase survives a power cut. A cut during it leaves any part
     * of them undone. A failed sync must not be tried again and believed: what was written before it counts as lost.
     *
     * @throws HalException {@code IO} if the medium didn't take everything
     */
    void sync() throws HalException;

    /**
     * Finishes an update and protects the bank again. A power cut leaves the bank unlocked at worst.
     *
     * @throws HalException {@code IO}
     */
    void end() throws HalException;
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;

/** What a bank holds. Banks take one caller at a time: who writes one meanwhile gives a view that waits. */
public interface Held {
    /**
     * Returns how much there is.
     *
     * @return in bytes
     */
    long sizeBytes();

    /**
     * Reads from the medium.
     *
     * @param offset in bytes
     * @param dst filled from its position to its limit
     * @throws HalException if not every byte could be read: then it counts as not there
     */
    void read(long offset, ByteBuffer dst) throws HalException;

    /**
     * Makes a view of a bank.
     *
     * @param bank the bank
     * @param sizeBytes how much of it may hold something, such as the installed image's size
     * @return the view
     */
    static Held of(FlashBank bank, long sizeBytes) {
        return new Held() {
            @Override
            public long sizeBytes() {
                return sizeBytes;
            }

            @Override
            public void read(long offset, ByteBuffer dst) throws HalException {
                bank.read(offset, dst);
            }
        };
    }

    /**
     * The bank that the image is written to. What it holds before {@code writtenBytes} is the image's begin already, and stays. What it
     * held behind that is overwritten from there on: it can be used until the writer comes.
     *
     * @param held what it holds
     * @param writtenBytes where the writer begins
     * @param aheadBytes up to how far ahead of what was handed to it the writer may erase
     */
    record Target(Held held, long writtenBytes, long aheadBytes) {
        /** Tells whether bytes at an offset are there still when what is before {@code imageOffset} was handed to the writer. */
        boolean lasts(long offset, int length, long imageOffset) {
            return stays(offset, length) || offset >= imageOffset + aheadBytes;
        }

        boolean stays(long offset, int length) {
            return offset + length <= writtenBytes;
        }
    }
}

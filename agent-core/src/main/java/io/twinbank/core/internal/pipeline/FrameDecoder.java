// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.RejectedException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Decodes the frames of one payload, on the fetch lane: from the first, or from one that {@link #restartBefore} names, one after
 * another.
 */
public interface FrameDecoder {
    /**
     * Decodes a frame.
     *
     * @param index which, from 0
     * @param encoded all of it, in an array
     * @param dst exactly as much room as the frame has bytes of the image; filled when this returns
     * @throws RejectedException if it isn't such a frame, for good: every byte of it is the maker's
     * @throws IOException if it can't be decoded now
     */
    void decode(long index, ByteBuffer encoded, ByteBuffer dst) throws RejectedException, IOException;

    /**
     * Tells where to begin for a frame to be decoded.
     *
     * @param index the wanted frame
     * @return it, or an earlier one
     */
    default long restartBefore(long index) {
        return index;
    }
}

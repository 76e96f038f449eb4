// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.delta;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The image that a delta was made from, readable at any place. Its digest has been checked. */
public interface OldImage {
    /**
     * Returns how long it is.
     *
     * @return the length in bytes
     */
    long sizeBytes();

    /**
     * Reads from it.
     *
     * @param offset in bytes
     * @param dst filled from its position to its limit; never beyond {@link #sizeBytes()}
     * @throws IOException if not every byte could be read
     */
    void read(long offset, ByteBuffer dst) throws IOException;
}

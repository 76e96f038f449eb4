// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import java.nio.ByteBuffer;

/** The memory that an image goes through. */
final class Buffers {
    /** What a bank that works past the kernel's cache wants memory aligned to. */
    private static final int PAGE_BYTES = 4096;
    /** For less, memory outside the heap costs more than it saves. */
    private static final long OUTSIDE_FROM_BYTES = 1 << 20;

    private Buffers() {}

    /**
     * Returns a buffer for an image: where that is large, outside the heap and aligned, so that files, sockets and flash need no copy.
     *
     * @param bytes its capacity
     * @param imageBytes how much goes through it
     */
    static ByteBuffer of(int bytes, long imageBytes) {
        if (imageBytes < OUTSIDE_FROM_BYTES) {
            return ByteBuffer.allocate(bytes);
        }
        ByteBuffer memory = ByteBuffer.allocateDirect(bytes + PAGE_BYTES);
        return memory.slice(PAGE_BYTES - memory.alignmentOffset(0, PAGE_BYTES), bytes);
    }
}

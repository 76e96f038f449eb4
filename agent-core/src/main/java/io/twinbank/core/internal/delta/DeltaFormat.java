// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.delta;

import io.twinbank.core.suit.Frames;

/**
 * What maker and decoder agree on. A frame is a CRC-32C of what it decodes to (4 bytes, big-endian), for each stream but the last the
 * length of its part as a number, and the parts. A number has 7 bits a byte, the lowest first, and its highest bit set where more
 * follow. Parts are LZMA2 chunks; a stream's dictionary and probabilities last for a group of frames.
 */
public final class DeltaFormat {
    /** A group's frames; decoding can begin at the first of each. */
    public static final int GROUP_FRAMES = 32;
    /** The longest frame: the decoder holds one, encoded and decoded. */
    public static final int MAX_FRAME_BYTES = Frames.Codec.DELTA.maxFrameBytes();

    /** Numbers: how many bytes to copy. */
    public static final int COPIES = 0;
    /** Numbers: how many bytes to insert. */
    public static final int INSERTIONS = 1;
    /** Numbers, zigzag: how much further from its place in the new image a copy is taken than the copy before it. */
    public static final int SHIFTS = 2;
    /** In turns, a number and a byte: one more than how many copied bytes are the same, and what is added to the one after these. */
    public static final int DIFFERENCES = 3;
    /** The inserted bytes. */
    public static final int BYTES = 4;
    /** How many streams a frame has. */
    public static final int STREAMS = 5;

    /** In {@link #DIFFERENCES}: all bytes are the same up to the end of the copy. */
    public static final int ALL_THE_SAME = 0;

    private DeltaFormat() {}

    /**
     * Tells how far back a stream repeats itself.
     *
     * @param stream which
     * @return in bytes, a power of two; little for the streams that have few bytes
     */
    public static int windowBytes(int stream) {
        return stream < DIFFERENCES ? 1 << 16 : 1 << 20;
    }
}

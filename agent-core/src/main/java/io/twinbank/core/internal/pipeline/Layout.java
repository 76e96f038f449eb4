// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.hal.FlashGeometry;

/**
 * How an image is cut for one bank.
 *
 * @param imageBytes the image's size
 * @param eraseBytes the bank's erase unit
 * @param writeBytes the bank's write unit
 * @param chunkBytes how much goes through the pipeline at once: whole erase units, or whole write units of a larger one
 * @param checkpointBytes the distance of two checkpoints, whole erase units
 */
record Layout(long imageBytes, int eraseBytes, int writeBytes, int chunkBytes, long checkpointBytes) {
    /** Writes of less than 64 KiB cost much, of more than this gain nothing (measured). */
    private static final int CHUNK_BYTES = 256 << 10;
    /** Larger erase units would take too much memory to hold one whole. */
    private static final int LARGEST_WHOLE_UNIT = 1 << 20;

    private static final int CHUNKS = 4;

    static Layout of(FlashGeometry geometry, long imageBytes, long checkpointBytes) {
        int erase = geometry.eraseSizeBytes();
        int unit = erase <= LARGEST_WHOLE_UNIT ? erase : geometry.writeSizeBytes();
        long wanted = Math.min(Math.min(CHUNK_BYTES, imageBytes), Math.max(1, checkpointBytes / CHUNKS));
        int chunk = (int) Math.min(roundUp(wanted, unit), Math.max(unit, CHUNK_BYTES / unit * unit));
        return new Layout(imageBytes, erase, geometry.writeSizeBytes(), chunk, roundUp(checkpointBytes, erase));
    }

    static long roundUp(long value, int unit) {
        return (value + unit - 1) / unit * unit;
    }

    /** Returns how many chunks may be under way at once. */
    int chunks() {
        return (int) Math.min(CHUNKS, (imageBytes + chunkBytes - 1) / chunkBytes);
    }

    /** Returns how long the chunk at an offset is; none reaches over a checkpoint. */
    int chunkAt(long offset) {
        long toCheckpoint = checkpointBytes - offset % checkpointBytes;
        return (int) Math.min(chunkBytes, Math.min(toCheckpoint, imageBytes - offset));
    }

    boolean isCheckpoint(long offset) {
        return offset % checkpointBytes == 0 && offset < imageBytes;
    }

    /** Returns where the erase units that the image touches end. */
    long erasableEnd() {
        return roundUp(imageBytes, eraseBytes);
    }

    /** Tells whether a chunk holds whole erase units, so that they can be compared and left alone. */
    boolean wholeUnits() {
        return chunkBytes % eraseBytes == 0;
    }

    /** Returns how far ahead of a write may be erased at once. */
    long eraseAheadBytes() {
        return Math.max(eraseBytes, LARGEST_WHOLE_UNIT / eraseBytes * (long) eraseBytes);
    }
}

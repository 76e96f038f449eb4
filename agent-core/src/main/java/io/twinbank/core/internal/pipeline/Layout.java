// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.hal.FlashGeometry;

/**
 * How an image is cut for one bank.
 *
 * @param imageBytes the image's size
 * @param eraseBytes the bank's erase unit
 * @param writeBytes the bank's write unit
 * @param unitBytes what a chunk consists of: erase units, or write units where erase units are large
 * @param chunkBytes how much goes through the pipeline at once at most
 * @param aheadBytes how much may be fetched and not be behind a checkpoint: what a power cut may cost
 * @param checkpointBytes the distance of two checkpoints: less than that, so that fetching goes on while one is stored
 */
record Layout(
        long imageBytes,
        int eraseBytes,
        int writeBytes,
        int unitBytes,
        int chunkBytes,
        long aheadBytes,
        long checkpointBytes) {
    /** Handing a chunk over to the other lane costs some 0.1 ms (measured). */
    private static final int CHUNK_BYTES = 512 << 10;

    private static final int CHUNKS = 4;
    /** Larger erase units would take too much memory to hold one whole. */
    private static final int LARGEST_WHOLE_UNIT = 1 << 20;

    private static final int NOTICEABLE = 256;

    static Layout of(FlashGeometry geometry, long imageBytes, long checkpointBytes) {
        int erase = geometry.eraseSizeBytes();
        int unit = erase <= LARGEST_WHOLE_UNIT ? erase : geometry.writeSizeBytes();
        long ahead = roundUp(checkpointBytes, erase);
        long chunk = Math.max(unit, Math.min(CHUNK_BYTES, ahead / (4 * CHUNKS)) / unit * unit);
        chunk = Math.min(chunk, roundUp(imageBytes, unit));
        long ring = CHUNKS * chunk;
        long distance = ring <= ahead / 4 ? roundUp(ahead - ring, erase) : ahead;
        return new Layout(imageBytes, erase, geometry.writeSizeBytes(), unit, (int) chunk, ahead, distance);
    }

    static long roundUp(long value, int unit) {
        return (value + unit - 1) / unit * unit;
    }

    /** Returns how many chunks may be under way at once. */
    int chunks() {
        return (int) Math.min(CHUNKS, (imageBytes + chunkBytes - 1) / chunkBytes);
    }

    /** Returns where the next checkpoint, or the image's end, is at the latest. */
    long checkpointAfter(long offset) {
        return Math.min(imageBytes, (offset / checkpointBytes + 1) * checkpointBytes);
    }

    /** Tells whether so much was done that a person wants to see it: not at every chunk of a large image. */
    static boolean isNoticeable(long before, long now, long total) {
        return now - before >= total / NOTICEABLE || now == total;
    }

    /** Returns where the erase units that the image touches end. */
    long erasableEnd() {
        return roundUp(imageBytes, eraseBytes);
    }

    /** Tells whether chunks hold whole erase units, so that they can be compared and left alone. */
    boolean wholeUnits() {
        return unitBytes == eraseBytes;
    }

    /** Returns how far ahead of a write may be erased at once. */
    long eraseAheadBytes() {
        return eraseAheadBytes(eraseBytes);
    }

    static long eraseAheadBytes(int eraseBytes) {
        return Math.max(eraseBytes, LARGEST_WHOLE_UNIT / eraseBytes * (long) eraseBytes);
    }
}

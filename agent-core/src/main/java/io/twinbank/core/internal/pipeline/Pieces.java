// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

/**
 * How an image is cut into pieces that are decoded one by one.
 *
 * @param imageBytes the image's size, at least 1
 * @param pieceBytes how many bytes of the image each piece but the last gives
 * @param overheadBytes by how much a piece is longer while it is encoded
 * @param lastOverheadBytes the same for the last piece
 */
record Pieces(long imageBytes, int pieceBytes, int overheadBytes, int lastOverheadBytes) {
    long count() {
        return covering(imageBytes);
    }

    /** How many pieces hold so many bytes of the image. */
    long covering(long bytes) {
        return (bytes + pieceBytes - 1) / pieceBytes;
    }

    boolean isLast(long index) {
        return index == count() - 1;
    }

    int decodedBytes(long index) {
        return (int) Math.min(pieceBytes, imageBytes - index * pieceBytes);
    }

    int encodedBytes(long index) {
        return decodedBytes(index) + (isLast(index) ? lastOverheadBytes : overheadBytes);
    }

    /** Where a piece begins; behind the last, where it ends. */
    long encodedBegin(long index) {
        return index < count() ? index * (pieceBytes + overheadBytes) : encodedTotal();
    }

    long encodedTotal() {
        long last = count() - 1;
        return encodedBegin(last) + encodedBytes(last);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cbor;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A part of the bytes that a {@link CborReader} reads, in place: what is hashed and verified is what arrived, never a
 * re-encoding. Nothing is copied until {@link #toByteArray()}, and the bytes can't be changed through a slice.
 */
public final class Slice {
    private final byte[] bytes;
    private final int offset;
    private final int length;

    Slice(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    /**
     * Makes a slice of a whole array.
     *
     * @param bytes not copied: the caller must not change them
     * @return the slice
     */
    public static Slice of(byte[] bytes) {
        return new Slice(bytes, 0, bytes.length);
    }

    /**
     * Returns where the slice begins.
     *
     * @return the offset in the reader's array, in bytes
     */
    public int offset() {
        return offset;
    }

    /**
     * Returns how long the slice is.
     *
     * @return the length in bytes
     */
    public int length() {
        return length;
    }

    /**
     * Copies the slice.
     *
     * @return a fresh array
     */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    /**
     * Returns the slice as a buffer.
     *
     * @return a read-only view
     */
    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, offset, length).slice().asReadOnlyBuffer();
    }

    /**
     * Reads the slice as CBOR.
     *
     * @param maxDepth how many arrays and maps may be open at once
     * @return a reader whose offsets still count from the start of the array
     */
    public CborReader reader(int maxDepth) {
        return new CborReader(bytes, offset, length, maxDepth);
    }

    /**
     * Feeds the slice to a digest.
     *
     * @param digest to update
     */
    public void update(MessageDigest digest) {
        digest.update(bytes, offset, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Slice that
                && Arrays.equals(bytes, offset, offset + length, that.bytes, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        return toBuffer().hashCode();
    }

    /** Returns the first bytes in hexadecimal. */
    @Override
    public String toString() {
        String hex = HexFormat.of().formatHex(bytes, offset, offset + Math.min(length, 32));
        return length > 32 ? hex + ".. (" + length + " bytes)" : hex;
    }
}

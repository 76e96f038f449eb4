// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The head of a framed payload: how long each encoded frame is, so that any of them can be found. To zstd it is a frame that is
 * skipped (RFC 8878, section 3.1.2), so that {@code zstd -d} decodes a whole payload of zstd frames.
 *
 * <p>All numbers are little-endian: {@code 0x184D2A50}, the size of what follows (4 bytes), {@code TBF1}, log2 of the frame size (4 bytes),
 * the number of frames (4 bytes), and the length of each (4 bytes).
 */
public final class FrameTable {
    private static final int SKIPPABLE = 0x184D2A50;
    private static final int SKIPPABLE_HEAD_BYTES = 8;
    private static final int MAGIC = 0x31464254; // TBF1
    private static final int FIXED_BYTES = 20;

    private final Frames frames;
    private final long imageBytes;
    private final long[] begins;

    private FrameTable(Frames frames, long imageBytes, long[] begins) {
        this.frames = frames;
        this.imageBytes = imageBytes;
        this.begins = begins;
    }

    /**
     * Returns how large the head is.
     *
     * @param count how many frames there are
     * @return in bytes
     */
    public static long headBytes(long count) {
        return FIXED_BYTES + count * Integer.BYTES;
    }

    /**
     * Writes a head.
     *
     * @param frameBytes how many bytes of the image each frame but the last gives
     * @param lengths how long each encoded frame is, in bytes
     * @return its bytes
     */
    public static byte[] encode(int frameBytes, int[] lengths) {
        ByteBuffer head = ByteBuffer.allocate((int) headBytes(lengths.length)).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(SKIPPABLE).putInt(head.capacity() - SKIPPABLE_HEAD_BYTES).putInt(MAGIC);
        head.putInt(Integer.numberOfTrailingZeros(frameBytes)).putInt(lengths.length);
        for (int length : lengths) {
            head.putInt(length);
        }
        return head.array();
    }

    /**
     * Reads a head.
     *
     * @param head all of it
     * @param frames what the manifest says
     * @param imageBytes how large the manifest says that the image is
     * @return the table
     * @throws RejectedException if it isn't the head of such a payload
     */
    public static FrameTable decode(ByteBuffer head, Frames frames, long imageBytes) throws RejectedException {
        int count = Math.toIntExact(frames.count(imageBytes));
        if (head.remaining() != headBytes(count)) {
            throw malformed("size of the head", head.remaining(), headBytes(count));
        }
        ByteBuffer from = head.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        require("first magic number", from.getInt(), SKIPPABLE);
        requireNumber("size in the head", from.getInt(), headBytes(count) - SKIPPABLE_HEAD_BYTES);
        require("second magic number", from.getInt(), MAGIC);
        require("log2 of the frame size", from.getInt(), Integer.numberOfTrailingZeros(frames.frameBytes()));
        requireNumber("number of frames", from.getInt(), count);
        long[] begins = new long[count + 1];
        begins[0] = headBytes(count);
        for (int i = 0; i < count; i++) {
            long length = Integer.toUnsignedLong(from.getInt());
            if (length < 1 || length > frames.maxEncodedFrameBytes()) {
                throw malformed(
                        "length of frame " + (i + 1) + " of " + count, length, "1 to " + frames.maxEncodedFrameBytes());
            }
            begins[i + 1] = begins[i] + length;
        }
        if (begins[count] != frames.encodedBytes()) {
            throw malformed("end of the last frame", begins[count], frames.encodedBytes());
        }
        return new FrameTable(frames, imageBytes, begins);
    }

    private static void require(String what, int found, int expected) throws RejectedException {
        if (found != expected) {
            HexFormat hex = HexFormat.of();
            throw malformed(what, "0x" + hex.toHexDigits(found), "0x" + hex.toHexDigits(expected));
        }
    }

    private static void requireNumber(String what, int found, long expected) throws RejectedException {
        if (Integer.toUnsignedLong(found) != expected) {
            throw malformed(what, Integer.toUnsignedString(found), expected);
        }
    }

    private static RejectedException malformed(String what, Object found, Object expected) {
        return new RejectedException(RejectReason.MALFORMED, what + " of the framed payload", found, expected);
    }

    /**
     * Returns how many frames there are.
     *
     * @return at least 1
     */
    public int count() {
        return begins.length - 1;
    }

    /**
     * Returns where an encoded frame begins.
     *
     * @param index which, from 0; the number of frames for where the last ends
     * @return in bytes from the begin of the payload
     */
    public long encodedBegin(long index) {
        return begins[Math.toIntExact(index)];
    }

    /**
     * Returns how long an encoded frame is.
     *
     * @param index which, from 0
     * @return in bytes
     */
    public int encodedBytes(long index) {
        return Math.toIntExact(encodedBegin(index + 1) - encodedBegin(index));
    }

    /**
     * Returns how long the longest encoded frame is.
     *
     * @return in bytes
     */
    public int longestEncodedBytes() {
        int longest = 0;
        for (int i = 0; i < count(); i++) {
            longest = Math.max(longest, encodedBytes(i));
        }
        return longest;
    }

    /**
     * Returns how many bytes of the image a frame gives.
     *
     * @param index which, from 0
     * @return in bytes
     */
    public int decodedBytes(long index) {
        return (int) Math.min(frames.frameBytes(), imageBytes - index * frames.frameBytes());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.delta;

import io.twinbank.core.internal.delta.BadFrameException.Reason;
import io.twinbank.core.suit.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Makes the frames of a new image from delta frames and the old image, in constant memory: some 5 MiB, whatever the images' and the
 * frames' sizes are. Frames of a group hang together, so that it goes on only from frame to frame or at a group's first. Not thread-safe.
 */
public final class DeltaDecoder {
    private static final int CHECKSUM_BYTES = 4;
    private final OldImage old;
    private final long imageBytes;
    private final int frameBytes;
    private final Lzma2Stream[] streams = new Lzma2Stream[DeltaFormat.STREAMS];
    private final byte[] part;
    private final byte[] frame;
    private final CRC32C checksum = new CRC32C();
    private long next;
    private long shift;

    /**
     * Makes one.
     *
     * @param old the image that the delta was made from
     * @param imageBytes how long the new image is
     * @param frameBytes how long each frame of it is but the last; at most {@link DeltaFormat#MAX_FRAME_BYTES}
     */
    public DeltaDecoder(OldImage old, long imageBytes, int frameBytes) {
        if (frameBytes < 1 || frameBytes > DeltaFormat.MAX_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "delta frames of " + frameBytes + " bytes; at most " + DeltaFormat.MAX_FRAME_BYTES);
        }
        this.old = old;
        this.imageBytes = imageBytes;
        this.frameBytes = frameBytes;
        this.part = new byte[Frames.maxEncodedFrameBytes(frameBytes)];
        this.frame = new byte[frameBytes];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = new Lzma2Stream(DeltaFormat.windowBytes(i));
        }
    }

    /**
     * Tells where decoding has to begin for a frame.
     *
     * @param index the frame
     * @return the first frame of its group
     */
    public long restartBefore(long index) {
        return index - index % DeltaFormat.GROUP_FRAMES;
    }

    /**
     * Decodes a frame. Its checksum is compared before a byte of it is handed on; it tells a damaged old image from a good one, and is no
     * proof of origin.
     *
     * @param index which: the one after the last, or a group's first
     * @param encoded all of it, from its position to its limit
     * @param dst where to; has room for the frame
     * @throws BadFrameException if it is wrong; decoding then goes on at a group's first frame only
     * @throws IOException if the old image couldn't be read
     */
    public void decode(long index, ByteBuffer encoded, ByteBuffer dst) throws BadFrameException, IOException {
        if (restartBefore(index) == index) {
            shift = 0;
            for (Lzma2Stream stream : streams) {
                stream.restart();
            }
        } else if (index != next) {
            throw new IllegalStateException("frame " + index + " can't be decoded after frame " + (next - 1));
        }
        next = -1;
        int size = (int) Math.min(frameBytes, imageBytes - index * frameBytes);
        int expected = begin(encoded);
        instructions(index * frameBytes, size);
        for (Lzma2Stream stream : streams) {
            if (!stream.isAtEnd()) {
                throw new BadFrameException(Reason.TRAILING, "frame %d has bytes that nothing asks for", index);
            }
        }
        checksum.reset();
        checksum.update(frame, 0, size);
        if ((int) checksum.getValue() != expected) {
            throw new BadFrameException(
                    Reason.CHECKSUM,
                    "frame %d decodes to CRC-32C %08x instead of %08x: the old image isn't what the delta was made from, or is damaged",
                    index,
                    checksum.getValue(),
                    expected);
        }
        dst.put(frame, 0, size);
        next = index + 1;
    }

    /** Takes the encoded bytes apart; returns the checksum. */
    private int begin(ByteBuffer encoded) throws BadFrameException {
        int length = encoded.remaining();
        if (length > part.length) {
            throw new BadFrameException(Reason.TOO_LONG, "a delta frame of %d bytes; at most %d", length, part.length);
        }
        if (length < CHECKSUM_BYTES) {
            throw new BadFrameException(
                    Reason.TRUNCATED, "a delta frame of %d bytes; at least %d", length, CHECKSUM_BYTES);
        }
        encoded.get(part, 0, length);
        ByteBuffer head = ByteBuffer.wrap(part, 0, length);
        int expected = head.getInt();
        int[] lengths = new int[streams.length];
        long sum = 0;
        for (int i = 0; i < streams.length - 1; i++) {
            lengths[i] = number(head);
            sum += lengths[i];
        }
        if (sum > head.remaining()) {
            throw new BadFrameException(
                    Reason.TRUNCATED, "the streams of a delta frame claim %d bytes of %d", sum, head.remaining());
        }
        lengths[streams.length - 1] = head.remaining() - (int) sum;
        int at = head.position();
        for (int i = 0; i < streams.length; i++) {
            streams[i].part(part, at, at + lengths[i]);
            at += lengths[i];
        }
        return expected;
    }

    private static int number(ByteBuffer head) throws BadFrameException {
        int value = 0;
        for (int bits = 0; bits < 28; bits += 7) {
            if (!head.hasRemaining()) {
                throw new BadFrameException(Reason.TRUNCATED, "a delta frame ends within the lengths of its streams");
            }
            int next = head.get();
            value |= (next & 0x7F) << bits;
            if (next >= 0) {
                return value;
            }
        }
        throw new BadFrameException(Reason.NUMBER, "the length of a stream has more than 28 bits");
    }

    private void instructions(long begin, int size) throws BadFrameException, IOException {
        int at = 0;
        while (at < size) {
            int copied = length(DeltaFormat.COPIES, size - at);
            if (copied > 0) {
                copy(begin + at, at, copied);
                at += copied;
            }
            if (at < size) {
                int inserted = length(DeltaFormat.INSERTIONS, size - at);
                if (copied == 0 && inserted == 0) {
                    throw new BadFrameException(
                            Reason.NO_PROGRESS, "an instruction at byte %d gives no byte", begin + at);
                }
                streams[DeltaFormat.BYTES].read(frame, at, inserted);
                at += inserted;
            }
        }
    }

    private int length(int stream, int room) throws BadFrameException {
        long length = streams[stream].number();
        if (length > room) {
            throw new BadFrameException(
                    Reason.OUTSIDE_FRAME,
                    "%s of %d bytes; the frame has room for %d",
                    stream == DeltaFormat.COPIES ? "a copy" : "an insertion",
                    length,
                    room);
        }
        return (int) length;
    }

    private void copy(long place, int at, int length) throws BadFrameException, IOException {
        long zigzag = streams[DeltaFormat.SHIFTS].number();
        shift += zigzag >>> 1 ^ -(zigzag & 1);
        long from = place + shift;
        if (from < 0 || from > old.sizeBytes() - length) {
            throw new BadFrameException(
                    Reason.OUTSIDE_OLD, "%d bytes from %d; the old image has %d", length, from, old.sizeBytes());
        }
        old.read(from, ByteBuffer.wrap(frame, at, length));
        Lzma2Stream differences = streams[DeltaFormat.DIFFERENCES];
        int end = at + length;
        for (int i = at; i < end; i++) {
            long same = differences.number() - 1;
            if (same < 0) {
                return;
            }
            if (same >= end - i) {
                throw new BadFrameException(
                        Reason.OUTSIDE_FRAME,
                        "%d bytes are the same, and one differs; the copy has %d more",
                        same,
                        end - i);
            }
            i += (int) same;
            frame[i] += (byte) differences.read();
        }
    }
}

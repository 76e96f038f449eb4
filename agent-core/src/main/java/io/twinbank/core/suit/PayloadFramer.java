// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.function.LongConsumer;

/** Makes framed payloads as devices take them apart: the factory's side, beside {@link EnvelopeBuilder}. */
public final class PayloadFramer {
    private PayloadFramer() {}

    /** Encodes frames, from the first to the last. */
    @FunctionalInterface
    public interface FrameEncoder {
        /**
         * Encodes a frame.
         *
         * @param index which, from 0
         * @param frame its bytes of the image
         * @return what a device will decode
         * @throws IOException if it can't be encoded
         */
        byte[] encode(long index, byte[] frame) throws IOException;
    }

    /**
     * Frames an image of any size in constant memory. The table is written last, into the room that was left for it.
     *
     * @param codec how the encoder encodes
     * @param frameBytes how many bytes of the image each frame but the last gives: a power of two
     * @param image its bytes
     * @param imageBytes how many there are, at least 1
     * @param encoder encodes each frame
     * @param payload where to, from its begin
     * @param progress is told how many bytes of the image are done
     * @return what the manifest has to say of it
     * @throws IOException if the image can't be read or ends early, or the payload can't be written
     * @throws IllegalArgumentException if the image has more than {@value Frames#MAX_FRAMES} frames, or a frame is encoded to
     *     more than a device takes
     */
    public static Frames frame(
            Frames.Codec codec,
            int frameBytes,
            InputStream image,
            long imageBytes,
            FrameEncoder encoder,
            SeekableByteChannel payload,
            LongConsumer progress)
            throws IOException {
        Frames cut = new Frames(codec, frameBytes, 1);
        long count = cut.count(imageBytes);
        if (count > Frames.MAX_FRAMES) {
            throw new IllegalArgumentException("an image of " + imageBytes + " bytes has " + count + " frames of "
                    + frameBytes + " bytes, more than " + Frames.MAX_FRAMES + "; larger frames make fewer");
        }
        int[] lengths = new int[(int) count];
        payload.position(FrameTable.headBytes(count));
        for (int i = 0; i < count; i++) {
            long at = (long) i * frameBytes;
            int length = (int) Math.min(frameBytes, imageBytes - at);
            byte[] frame = image.readNBytes(length);
            if (frame.length < length) {
                throw new EOFException("the image ended at " + (at + frame.length) + " of " + imageBytes + " bytes");
            }
            byte[] encoded = encoder.encode(i, frame);
            if (encoded.length < 1 || encoded.length > cut.maxEncodedFrameBytes()) {
                throw new IllegalArgumentException("frame " + (i + 1) + " of " + count + " is encoded to "
                        + encoded.length + " bytes; devices take 1 to " + cut.maxEncodedFrameBytes());
            }
            lengths[i] = encoded.length;
            write(payload, encoded);
            progress.accept(at + length);
        }
        long end = payload.position();
        payload.position(0);
        write(payload, FrameTable.encode(frameBytes, lengths));
        return new Frames(codec, frameBytes, end);
    }

    private static void write(SeekableByteChannel payload, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            payload.write(left);
        }
    }
}

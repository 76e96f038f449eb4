// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher.delta;

import io.twinbank.core.internal.delta.BadFrameException;
import io.twinbank.core.internal.delta.DeltaDecoder;
import io.twinbank.core.internal.delta.DeltaFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.BasicArrayCache;

/** Makes delta frames from two images. Bytes and memory depend on the images alone: never on threads, or on how much memory there is. */
public final class DeltaMaker {
    private final Path old;
    private final Path image;
    private final int frameBytes;

    /** Takes each encoded frame, in order. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes a frame.
         *
         * @param encoded the frame; the taker's
         * @throws IOException as the taker likes
         */
        void frame(byte[] encoded) throws IOException;
    }

    /**
     * Makes one.
     *
     * @param old the image that devices have
     * @param image the image that they shall get
     * @param frameBytes how much of the image is in a frame; at most {@link DeltaFormat#MAX_FRAME_BYTES}
     */
    public DeltaMaker(Path old, Path image, int frameBytes) {
        this.old = old;
        this.image = image;
        this.frameBytes = frameBytes;
    }

    /**
     * Tells how much there is to do, in the unit of what is told while it goes on.
     *
     * @return twice the old image, and the new one
     * @throws IOException if there is no such file
     */
    public long work() throws IOException {
        return 2 * Files.size(old) + Files.size(image);
    }

    /**
     * Makes the frames.
     *
     * @param sink gets them
     * @param progress is told how much is done, see {@link #work}
     * @throws IOException if an image can't be read, or the sink throws it
     */
    public void make(Sink sink, LongConsumer progress) throws IOException {
        MappedImage from = new MappedImage(old);
        Matcher matcher = new Matcher(from, new SeedIndex(from, progress));
        Instructions instructions = new Instructions();
        ArrayCache arrays = new BasicArrayCache();
        byte[] group = new byte[(int) Math.min(Files.size(image), (long) DeltaFormat.GROUP_FRAMES * frameBytes)];
        try (InputStream in = Files.newInputStream(image)) {
            long begin = 0;
            for (int read = in.readNBytes(group, 0, group.length);
                    read > 0;
                    read = in.readNBytes(group, 0, group.length)) {
                instructions.clear();
                matcher.match(group, read, begin, instructions);
                new Group(from, group, read, begin, arrays, progress).encode(instructions, sink);
                begin += read;
            }
        }
    }

    /** Cuts instructions where frames end. */
    private final class Group {
        private final FrameEncoder encoder;
        private final DeltaDecoder decoder;
        private final ByteBuffer decoded = ByteBuffer.allocate(frameBytes);
        private final byte[] piece;
        private final int size;
        private final long begin;
        private final LongConsumer progress;
        private final long before;

        Group(MappedImage from, byte[] piece, int size, long begin, ArrayCache arrays, LongConsumer progress)
                throws IOException {
            this.encoder = new FrameEncoder(from, arrays);
            this.decoder = new DeltaDecoder(from, begin + size, frameBytes);
            this.piece = piece;
            this.size = size;
            this.begin = begin;
            this.progress = progress;
            this.before = 2 * from.sizeBytes() + begin;
        }

        void encode(Instructions instructions, Sink sink) throws IOException {
            int index = 0;
            int copied = instructions.copied(0);
            int inserted = instructions.inserted(0);
            for (int frame = 0; frame < size; frame += frameBytes) {
                int end = Math.min(size, frame + frameBytes);
                long shift = encoder.shift();
                int at = frame;
                while (at < end) {
                    if (copied == 0 && inserted == 0) {
                        index++;
                        copied = instructions.copied(index);
                        inserted = instructions.inserted(index);
                    }
                    int copy = Math.min(copied, end - at);
                    if (copy > 0) {
                        long from = instructions.from(index) + instructions.copied(index) - copied;
                        encoder.copy(piece, at, copy, from, begin + at);
                        copied -= copy;
                        at += copy;
                    } else {
                        encoder.noCopy();
                    }
                    if (at < end) {
                        int insert = Math.min(inserted, end - at);
                        encoder.insert(piece, at, insert);
                        inserted -= insert;
                        at += insert;
                    }
                }
                byte[] encoded = encoder.frame(piece, frame, end - frame, shift);
                check((begin + frame) / frameBytes, encoded);
                sink.frame(encoded);
                progress.accept(before + end);
            }
            encoder.close();
        }

        /** Nothing leaves that a device can't decode. */
        private void check(long index, byte[] encoded) throws IOException {
            try {
                decoder.decode(index, ByteBuffer.wrap(encoded), decoded.clear());
            } catch (BadFrameException e) {
                throw new IOException("frame " + index + " of " + image + " was made wrong; did an image change?", e);
            }
        }
    }
}

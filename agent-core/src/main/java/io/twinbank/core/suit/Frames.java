// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.suit;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a manifest says of a framed payload (parameters -258 and -261, docs/wire-format.md): the image is cut into frames, each encoded by
 * itself, and the encoded frames follow a {@link FrameTable}. So a device decodes with a frame in memory, and goes on after a
 * reset at a frame.
 *
 * @param codec how each frame is encoded
 * @param frameBytes how many bytes of the image each frame but the last gives: a power of two
 * @param encodedBytes the size of table and frames together, as they are after decryption
 * @param base what they are decoded with; there for {@link Codec#DELTA} only
 */
public record Frames(Codec codec, int frameBytes, long encodedBytes, Optional<Base> base) {
    /** The smallest frame, in bytes of the image. */
    public static final int MIN_FRAME_BYTES = 4 << 10;
    /** The largest frame, in bytes of the image: a device holds one, and what it is encoded to. */
    public static final int MAX_FRAME_BYTES = 8 << 20;
    /** What frames are unless somebody has a reason: of 1 MiB. */
    public static final int USUAL_FRAME_BYTES = 1 << 20;
    /** How many frames an image may have: a device holds the table. */
    public static final int MAX_FRAMES = 16384;

    /** How a frame is encoded. */
    public enum Codec {
        /** As one zstd frame (RFC 8878) that needs no other. */
        ZSTD(3, "zstd", MAX_FRAME_BYTES, 3),
        /** As a delta from an image that the device holds; frames hang together in groups. In a {@link Route} only. */
        DELTA(4, "delta", 1 << 20, 5);

        private final int step;
        private final String title;
        private final int maxFrameBytes;
        private final int items;

        Codec(int step, String title, int maxFrameBytes, int items) {
            this.step = step;
            this.title = title;
            this.maxFrameBytes = maxFrameBytes;
            this.items = items;
        }

        /**
         * Returns how large the largest frame is.
         *
         * @return in bytes of the image
         */
        public int maxFrameBytes() {
            return maxFrameBytes;
        }

        /** How many items its step has, with its number. */
        int items() {
            return items;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /**
     * The image that a delta is from.
     *
     * @param digest what it must hash to
     * @param sizeBytes how many bytes it has, at least 1
     */
    public record Base(Digest digest, long sizeBytes) {
        /** Checks the size. */
        public Base {
            if (sizeBytes < 1) {
                throw new IllegalArgumentException("sizeBytes must be at least 1, not " + sizeBytes);
            }
        }
    }

    /**
     * Makes frames that need nothing else.
     *
     * @param codec how each frame is encoded
     * @param frameBytes how many bytes of the image each frame but the last gives: a power of two
     * @param encodedBytes the size of table and frames together, as they are after decryption
     */
    public Frames(Codec codec, int frameBytes, long encodedBytes) {
        this(codec, frameBytes, encodedBytes, Optional.empty());
    }

    /** Checks the frame's size. */
    public Frames {
        if (Integer.bitCount(frameBytes) != 1 || frameBytes < MIN_FRAME_BYTES || frameBytes > codec.maxFrameBytes()) {
            throw new IllegalArgumentException("frameBytes must be a power of two between " + MIN_FRAME_BYTES + " and "
                    + codec.maxFrameBytes() + ", not " + frameBytes);
        }
        if (encodedBytes < 1) {
            throw new IllegalArgumentException("encodedBytes must be at least 1, not " + encodedBytes);
        }
        if (base.isPresent() != (codec == Codec.DELTA)) {
            throw new IllegalArgumentException(
                    codec + " frames " + (base.isPresent() ? "have no base" : "need a base"));
        }
    }

    /**
     * Returns how many frames an image has.
     *
     * @param imageBytes its size, at least 1
     * @return at least 1
     */
    public long count(long imageBytes) {
        return (imageBytes - 1) / frameBytes + 1;
    }

    /**
     * Returns the most that a frame may be encoded to: what doesn't get smaller grows by little.
     *
     * @return in bytes
     */
    public int maxEncodedFrameBytes() {
        return maxEncodedFrameBytes(frameBytes);
    }

    /**
     * Returns the most that a frame may be encoded to, by any codec.
     *
     * @param frameBytes how many bytes of the image it gives
     * @return in bytes
     */
    public static int maxEncodedFrameBytes(int frameBytes) {
        return frameBytes + (frameBytes >> 8) + 64;
    }

    /** Tells whose step a number is. */
    static Optional<Codec> codec(long step) {
        return Arrays.stream(Codec.values()).filter(each -> each.step == step).findFirst();
    }

    /** Reads what follows the step's number. */
    static Frames decode(Codec codec, CborReader reader, String where) throws RejectedException {
        long frameBytes = reader.readUnsigned(codec.maxFrameBytes());
        if (Long.bitCount(frameBytes) != 1 || frameBytes < MIN_FRAME_BYTES) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "frame size of " + where,
                    frameBytes,
                    "a power of two of at least " + MIN_FRAME_BYTES);
        }
        long encodedBytes = reader.readUnsigned(Long.MAX_VALUE);
        if (encodedBytes == 0) {
            throw new RejectedException(RejectReason.MALFORMED, "encoded size of " + where, 0, "at least 1");
        }
        Optional<Base> base = codec == Codec.DELTA ? Optional.of(decodeBase(reader, where)) : Optional.empty();
        return new Frames(codec, (int) frameBytes, encodedBytes, base);
    }

    private static Base decodeBase(CborReader reader, String where) throws RejectedException {
        Digest digest = Digest.decode(reader);
        long sizeBytes = reader.readUnsigned(Long.MAX_VALUE);
        if (sizeBytes == 0) {
            throw new RejectedException(RejectReason.MALFORMED, "size of the base of " + where, 0, "at least 1");
        }
        return new Base(digest, sizeBytes);
    }

    void encode(CborWriter step) {
        step.integer(codec.step).integer(frameBytes).integer(encodedBytes);
        base.ifPresent(from -> {
            from.digest().encode(step);
            step.integer(from.sizeBytes());
        });
    }

    /** Demands that so many bytes can be the image's. */
    void require(long imageBytes, String where) throws RejectedException {
        long count = count(imageBytes);
        if (count > MAX_FRAMES) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "number of frames in " + where,
                    count,
                    "at most " + MAX_FRAMES + "; larger frames make fewer");
        }
        long least = FrameTable.headBytes(count) + count;
        long most = FrameTable.headBytes(count) + count * maxEncodedFrameBytes();
        if (encodedBytes < least || encodedBytes > most) {
            throw new RejectedException(
                    RejectReason.MALFORMED,
                    "encoded size of " + count + " frames in " + where,
                    encodedBytes + " bytes",
                    least + " to " + most + " bytes");
        }
    }

    /** Says it as in "zstd in frames of 1048576 bytes, 2345678 bytes encoded"; of a delta also from what. */
    @Override
    public String toString() {
        return codec + base.map(from -> " from " + from.digest()).orElse("") + " in frames of " + frameBytes
                + " bytes, " + encodedBytes + " bytes encoded";
    }
}

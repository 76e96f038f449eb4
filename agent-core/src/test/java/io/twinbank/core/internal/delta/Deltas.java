// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.delta;

import io.twinbank.core.internal.pipeline.Framing;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.FrameTable;
import io.twinbank.core.suit.Frames;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/** An old image, a new one, and the delta between them by hand. */
public final class Deltas {
    /** How much further back the same is in the old image. */
    private static final int SHIFT = 100;
    /** After so many bytes some are new. */
    private static final int UNIT_BYTES = 4096;

    private static final int NEW_BYTES = 300;

    private Deltas() {}

    public static byte[] oldImage(int bytes) {
        return random(bytes);
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new SplittableRandom(bytes).nextBytes(random);
        return random;
    }

    /** An image of an old one that is longer: the same further ahead, and in each 4096 bytes one that differs and 300 that are new. */
    public static byte[] newImage(byte[] old, int bytes) {
        byte[] image = Arrays.copyOfRange(old, SHIFT, SHIFT + bytes);
        for (int at = 0; at < bytes; at += UNIT_BYTES) {
            image[at + 10]++;
            int end = Math.min(bytes, at + UNIT_BYTES);
            System.arraycopy(random(NEW_BYTES), 0, image, end - NEW_BYTES, NEW_BYTES);
        }
        return image;
    }

    /** The delta to an image that was made so. */
    public static Framing of(byte[] old, byte[] image, int frameBytes) {
        int count = (image.length - 1) / frameBytes + 1;
        int[] lengths = new int[count];
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            boolean first = i % DeltaFormat.GROUP_FRAMES == 0;
            byte[] frame = Arrays.copyOfRange(image, i * frameBytes, Math.min(image.length, (i + 1) * frameBytes));
            byte[] delta = frame(first, frame).array();
            lengths[i] = delta.length;
            encoded.writeBytes(delta);
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(FrameTable.encode(frameBytes, lengths));
        payload.writeBytes(encoded.toByteArray());
        Frames.Base base = new Frames.Base(Digest.sha256Of(old), old.length);
        return new Framing(
                new Frames(Frames.Codec.DELTA, frameBytes, payload.size(), Optional.of(base)), payload.toByteArray());
    }

    private static ByteBuffer frame(boolean first, byte[] frame) {
        StoredFrame delta = first ? StoredFrame.first() : StoredFrame.later();
        for (int at = 0; at < frame.length; at += UNIT_BYTES) {
            int end = Math.min(frame.length, at + UNIT_BYTES);
            int copied = end - NEW_BYTES - at;
            delta.put(DeltaFormat.COPIES, number(copied))
                    .put(DeltaFormat.SHIFTS, number(first && at == 0 ? 2 * SHIFT : 0))
                    .put(DeltaFormat.DIFFERENCES, 11, 1, DeltaFormat.ALL_THE_SAME)
                    .put(DeltaFormat.INSERTIONS, number(NEW_BYTES));
            for (int i = end - NEW_BYTES; i < end; i++) {
                delta.put(DeltaFormat.BYTES, frame[i]);
            }
        }
        return delta.of(frame);
    }

    private static int[] number(int value) {
        return value < 0x80 ? new int[] {value} : new int[] {value & 0x7F | 0x80, value >> 7};
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.core.internal.delta.DeltaFormat;
import io.twinbank.core.suit.FrameTable;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A delta between two images of which the new one has the same bytes in the same places, or others. Its streams are stored as they
 * are, so that it takes no encoder: what is larger here is still smaller than the image.
 */
final class DeltaPayload {
    private static final int LEAST_COPY_BYTES = 16;
    private static final int STORED_AFRESH = 1;
    private static final int STORED = 2;

    private final byte[] old;
    private final byte[] image;
    private final int frameBytes;

    private DeltaPayload(byte[] old, byte[] image, int frameBytes) {
        this.old = old;
        this.image = image;
        this.frameBytes = frameBytes;
    }

    /** Makes table and frames. */
    static byte[] of(byte[] old, byte[] image, int frameBytes) {
        return new DeltaPayload(old, image, frameBytes).make();
    }

    private byte[] make() {
        int[] lengths = new int[(image.length - 1) / frameBytes + 1];
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        boolean[] begun = new boolean[DeltaFormat.STREAMS];
        for (int i = 0; i < lengths.length; i++) {
            if (i % DeltaFormat.GROUP_FRAMES == 0) {
                begun = new boolean[DeltaFormat.STREAMS];
            }
            byte[] frame = frame(i * frameBytes, Math.min(image.length, (i + 1) * frameBytes), begun);
            lengths[i] = frame.length;
            frames.writeBytes(frame);
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(FrameTable.encode(frameBytes, lengths));
        payload.writeBytes(frames.toByteArray());
        return payload.toByteArray();
    }

    private byte[] frame(int begin, int end, boolean[] begun) {
        ByteArrayOutputStream[] streams = new ByteArrayOutputStream[DeltaFormat.STREAMS];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = new ByteArrayOutputStream();
        }
        int at = begin;
        while (at < end) {
            int copied = same(at, end);
            number(streams[DeltaFormat.COPIES], copied);
            if (copied > 0) {
                number(streams[DeltaFormat.SHIFTS], 0);
                number(streams[DeltaFormat.DIFFERENCES], DeltaFormat.ALL_THE_SAME);
            }
            at += copied;
            if (at < end) {
                int inserted = 1;
                while (at + inserted < end && same(at + inserted, end) < LEAST_COPY_BYTES) {
                    inserted++;
                }
                number(streams[DeltaFormat.INSERTIONS], inserted);
                streams[DeltaFormat.BYTES].write(image, at, inserted);
                at += inserted;
            }
        }
        return encode(begin, end, streams, begun);
    }

    private int same(int from, int end) {
        int at = from;
        while (at < Math.min(end, old.length) && old[at] == image[at]) {
            at++;
        }
        return at - from;
    }

    private byte[] encode(int begin, int end, ByteArrayOutputStream[] streams, boolean[] begun) {
        CRC32C checksum = new CRC32C();
        checksum.update(image, begin, end - begin);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .putInt((int) checksum.getValue())
                .array());
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        for (int i = 0; i < streams.length; i++) {
            int before = parts.size();
            int size = streams[i].size();
            if (size > 0) {
                parts.write(begun[i] ? STORED : STORED_AFRESH);
                parts.write((size - 1) >> Byte.SIZE);
                parts.write(size - 1);
                parts.writeBytes(streams[i].toByteArray());
                begun[i] = true;
            }
            if (i < streams.length - 1) {
                number(frame, parts.size() - before);
            }
        }
        frame.writeBytes(parts.toByteArray());
        return frame.toByteArray();
    }

    private static void number(ByteArrayOutputStream to, int value) {
        int left = value;
        for (; left > 0x7F; left >>>= 7) {
            to.write((left & 0x7F) | 0x80);
        }
        to.write(left);
    }
}

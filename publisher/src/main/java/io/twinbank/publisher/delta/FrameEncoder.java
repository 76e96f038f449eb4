// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher.delta;

import io.twinbank.core.internal.delta.DeltaFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.FinishableOutputStream;
import org.tukaani.xz.FinishableWrapperOutputStream;
import org.tukaani.xz.LZMA2Options;

/** Encodes the frames of one group. */
final class FrameEncoder {
    private final MappedImage old;
    private final ByteArrayOutputStream[] parts = new ByteArrayOutputStream[DeltaFormat.STREAMS];
    private final FinishableOutputStream[] streams = new FinishableOutputStream[DeltaFormat.STREAMS];
    private final ByteArrayOutputStream[] tokens = new ByteArrayOutputStream[DeltaFormat.STREAMS];
    private long shift;

    FrameEncoder(MappedImage old, ArrayCache arrays) throws IOException {
        this.old = old;
        for (int i = 0; i < streams.length; i++) {
            parts[i] = new ByteArrayOutputStream();
            tokens[i] = new ByteArrayOutputStream();
            LZMA2Options options = new LZMA2Options(LZMA2Options.PRESET_DEFAULT);
            options.setDictSize(DeltaFormat.windowBytes(i));
            options.setPb(0);
            streams[i] = options.getOutputStream(new FinishableWrapperOutputStream(parts[i]), arrays);
        }
    }

    /** Copies, and adds differences. */
    void copy(byte[] piece, int at, int length, long from, long place) {
        number(DeltaFormat.COPIES, length);
        long further = from - place - shift;
        shift += further;
        number(DeltaFormat.SHIFTS, further << 1 ^ further >> (Long.SIZE - 1));
        int same = 0;
        for (int i = 0; i < length; i++) {
            int difference = piece[at + i] - old.at(from + i);
            if (difference == 0) {
                same++;
            } else {
                number(DeltaFormat.DIFFERENCES, same + 1);
                tokens[DeltaFormat.DIFFERENCES].write(difference);
                same = 0;
            }
        }
        if (same > 0) {
            number(DeltaFormat.DIFFERENCES, DeltaFormat.ALL_THE_SAME);
        }
    }

    void noCopy() {
        number(DeltaFormat.COPIES, 0);
    }

    void insert(byte[] piece, int at, int length) {
        number(DeltaFormat.INSERTIONS, length);
        tokens[DeltaFormat.BYTES].write(piece, at, length);
    }

    /** Ends a frame, and returns it encoded. */
    byte[] frame(byte[] piece, int at, int length, long shiftBefore) throws IOException {
        int total = 0;
        for (ByteArrayOutputStream stream : tokens) {
            total += stream.size();
        }
        if (total > length) {
            insteadInsert(piece, at, length, shiftBefore);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(piece, at, length);
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .putInt((int) checksum.getValue())
                .array());
        for (int i = 0; i < streams.length; i++) {
            if (tokens[i].size() > 0) {
                tokens[i].writeTo(streams[i]);
                streams[i].flush();
                tokens[i].reset();
            }
            if (i < streams.length - 1) {
                number(encoded, parts[i].size());
            }
        }
        for (ByteArrayOutputStream part : parts) {
            part.writeTo(encoded);
            part.reset();
        }
        return encoded.toByteArray();
    }

    long shift() {
        return shift;
    }

    /** Gives back the memory, for the next group. */
    void close() throws IOException {
        for (FinishableOutputStream stream : streams) {
            stream.finish();
        }
    }

    /** Where instructions would be longer than the frame: bounds what a device has to hold. */
    private void insteadInsert(byte[] piece, int at, int length, long shiftBefore) {
        for (ByteArrayOutputStream stream : tokens) {
            stream.reset();
        }
        shift = shiftBefore;
        noCopy();
        insert(piece, at, length);
    }

    private void number(int stream, long value) {
        number(tokens[stream], value);
    }

    private static void number(ByteArrayOutputStream to, long value) {
        long left = value;
        for (; left > 0x7F; left >>>= 7) {
            to.write(((int) left & 0x7F) | 0x80);
        }
        to.write((int) left);
    }
}

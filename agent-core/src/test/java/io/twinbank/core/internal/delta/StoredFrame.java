// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.delta;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** A delta frame by hand, its streams stored as they are. */
final class StoredFrame {
    private static final int STORED_AFRESH = 1;
    private static final int STORED = 2;
    private final ByteArrayOutputStream[] streams = new ByteArrayOutputStream[DeltaFormat.STREAMS];
    private final int kind;

    private StoredFrame(int kind) {
        this.kind = kind;
        for (int i = 0; i < streams.length; i++) {
            streams[i] = new ByteArrayOutputStream();
        }
    }

    static StoredFrame first() {
        return new StoredFrame(STORED_AFRESH);
    }

    static StoredFrame later() {
        return new StoredFrame(STORED);
    }

    /** Adds to a stream. */
    StoredFrame put(int stream, int... bytes) {
        for (int b : bytes) {
            streams[stream].write(b);
        }
        return this;
    }

    StoredFrame copy(int length, int zigzag, int... differences) {
        return put(DeltaFormat.COPIES, length)
                .put(DeltaFormat.SHIFTS, zigzag)
                .put(DeltaFormat.DIFFERENCES, differences);
    }

    StoredFrame insert(int... bytes) {
        return put(DeltaFormat.INSERTIONS, bytes.length).put(DeltaFormat.BYTES, bytes);
    }

    ByteBuffer of(byte[] decoded) {
        ByteArrayOutputStream[] parts = new ByteArrayOutputStream[streams.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new ByteArrayOutputStream();
            int length = streams[i].size();
            if (length > 0) {
                parts[i].writeBytes(new byte[] {(byte) kind, (byte) ((length - 1) >> 8), (byte) (length - 1)});
                parts[i].writeBytes(streams[i].toByteArray());
            }
        }
        return of(decoded, parts);
    }

    static ByteBuffer of(byte[] decoded, ByteArrayOutputStream... parts) {
        CRC32C checksum = new CRC32C();
        checksum.update(decoded);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(
                ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
        for (int i = 0; i < parts.length - 1; i++) {
            int left = parts[i].size();
            for (; left > 0x7F; left >>>= 7) {
                frame.write((left & 0x7F) | 0x80);
            }
            frame.write(left);
        }
        for (ByteArrayOutputStream part : parts) {
            frame.writeBytes(part.toByteArray());
        }
        return ByteBuffer.wrap(frame.toByteArray());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.benchmarks;

import io.twinbank.core.internal.delta.BadFrameException;
import io.twinbank.core.internal.delta.DeltaDecoder;
import io.twinbank.core.internal.delta.OldImage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Applies a delta as the agent's decoder does it, file to file, and nothing else: OLD PATCH NEW BYTES. Without arguments a bare JVM. */
final class DeltaApply {
    private static final int TABLE_FRAME_BITS = 3;
    private static final int TABLE_FRAMES = 4;
    private static final int TABLE_BEGIN = 5;

    private DeltaApply() {}

    public static void main(String[] args) throws IOException, BadFrameException {
        if (args.length == 0) {
            return;
        }
        long imageBytes = Long.parseLong(args[3]);
        try (FileChannel old = FileChannel.open(Path.of(args[0]));
                FileChannel patch = FileChannel.open(Path.of(args[1]));
                FileChannel image = FileChannel.open(
                        Path.of(args[2]),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer head = read(patch, 0, TABLE_BEGIN * Integer.BYTES);
            int frameBytes = 1 << head.getInt(TABLE_FRAME_BITS * Integer.BYTES);
            int frames = head.getInt(TABLE_FRAMES * Integer.BYTES);
            ByteBuffer table = read(patch, head.capacity(), frames * Integer.BYTES);
            DeltaDecoder decoder = new DeltaDecoder(new OldFile(old, old.size()), imageBytes, frameBytes);
            ByteBuffer decoded = ByteBuffer.allocateDirect(frameBytes);
            long at = head.capacity() + (long) table.capacity();
            for (int i = 0; i < frames; i++) {
                int length = table.getInt();
                decoder.decode(i, read(patch, at, length), decoded.clear());
                at += length;
                decoded.flip();
                while (decoded.hasRemaining()) {
                    image.write(decoded);
                }
            }
        }
    }

    private static ByteBuffer read(FileChannel file, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        fill(file, offset, bytes);
        return bytes.flip();
    }

    private static void fill(FileChannel file, long offset, ByteBuffer dst) throws IOException {
        long at = offset;
        while (dst.hasRemaining()) {
            int read = file.read(dst, at);
            if (read < 0) {
                throw new EOFException("a file ends at " + at);
            }
            at += read;
        }
    }

    private record OldFile(FileChannel file, long sizeBytes) implements OldImage {
        @Override
        public void read(long offset, ByteBuffer dst) throws IOException {
            fill(file, offset, dst);
        }
    }
}

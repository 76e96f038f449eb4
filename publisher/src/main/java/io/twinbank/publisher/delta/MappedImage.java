// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher.delta;

import io.twinbank.core.internal.delta.OldImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An image as the kernel maps it, of any size. Its pages are the kernel's to take back. */
final class MappedImage implements OldImage {
    private static final int SEGMENT_BITS = 30;
    private static final int SEGMENT_MASK = (1 << SEGMENT_BITS) - 1;
    private final List<MappedByteBuffer> mapped = new ArrayList<>();
    private final ByteBuffer[] segments;
    private final long size;

    MappedImage(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            size = channel.size();
            for (long at = 0; at < size; at += 1L << SEGMENT_BITS) {
                long length = Math.min(size - at, (1L << SEGMENT_BITS) + Long.BYTES);
                mapped.add(channel.map(FileChannel.MapMode.READ_ONLY, at, length));
            }
        }
        segments = new ByteBuffer[mapped.size()];
        for (int i = 0; i < segments.length; i++) {
            segments[i] = mapped.get(i).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    @Override
    public long sizeBytes() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
        long at = offset;
        while (dst.hasRemaining()) {
            ByteBuffer segment = segments[(int) (at >>> SEGMENT_BITS)].duplicate();
            segment.position((int) at & SEGMENT_MASK);
            int take = Math.min(dst.remaining(), segment.remaining());
            dst.put(segment.limit(segment.position() + take));
            at += take;
        }
    }

    byte at(long offset) {
        return segments[(int) (offset >>> SEGMENT_BITS)].get((int) offset & SEGMENT_MASK);
    }

    /** Eight bytes, the first lowest. */
    long word(long offset) {
        return segments[(int) (offset >>> SEGMENT_BITS)].getLong((int) offset & SEGMENT_MASK);
    }
}

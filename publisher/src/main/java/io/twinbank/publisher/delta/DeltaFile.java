// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher.delta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes delta frames as a payload: the table of how long they are, then the frames (docs/wire-format.md). */
public final class DeltaFile implements DeltaMaker.Sink, AutoCloseable {
    private static final int SKIPPABLE = 0x184D_2A50;
    private static final int MAGIC = 'T' | 'B' << 8 | 'F' << 16 | '1' << 24;
    private static final int HEAD_INTS = 5;
    private static final int SKIPPED_INTS = 2;

    /** No table is longer. */
    public static final int MAX_FRAMES = 1 << 14;

    private final FileChannel file;
    private final ByteBuffer table;

    /**
     * Opens a file, over what was there.
     *
     * @param path where to write
     * @param imageBytes how long the image is that the frames decode to
     * @param frameBytes how long each decoded frame is but the last, a power of two
     * @throws IOException if the image has more frames than a table, or the file can't be written
     */
    public DeltaFile(Path path, long imageBytes, int frameBytes) throws IOException {
        long frames = (imageBytes + frameBytes - 1) / frameBytes;
        if (frames > MAX_FRAMES) {
            throw new IOException("an image of " + imageBytes + " bytes has " + frames + " frames of " + frameBytes
                    + " bytes; at most " + MAX_FRAMES);
        }
        int ints = HEAD_INTS + (int) frames;
        table = ByteBuffer.allocate(ints * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        table.putInt(SKIPPABLE)
                .putInt((ints - SKIPPED_INTS) * Integer.BYTES)
                .putInt(MAGIC)
                .putInt(Integer.numberOfTrailingZeros(frameBytes))
                .putInt((int) frames);
        file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        file.position(table.capacity());
    }

    @Override
    public void frame(byte[] encoded) throws IOException {
        table.putInt(encoded.length);
        ByteBuffer left = ByteBuffer.wrap(encoded);
        while (left.hasRemaining()) {
            file.write(left);
        }
    }

    /**
     * Writes the table, now that it is known.
     *
     * @return how long the file has become
     * @throws IOException if it can't be written
     */
    public long end() throws IOException {
        long length = file.position();
        file.position(0);
        table.flip();
        while (table.hasRemaining()) {
            file.write(table);
        }
        return length;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

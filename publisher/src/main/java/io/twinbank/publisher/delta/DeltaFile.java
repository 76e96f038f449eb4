// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher.delta;

import io.twinbank.core.suit.FrameTable;
import io.twinbank.core.suit.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes delta frames as a payload: the table of how long they are, then the frames (docs/wire-format.md). */
public final class DeltaFile implements DeltaMaker.Sink, AutoCloseable {
    private final FileChannel file;
    private final int frameBytes;
    private final int[] lengths;
    private int written;

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
        if (frames > Frames.MAX_FRAMES) {
            throw new IOException("an image of " + imageBytes + " bytes has " + frames + " frames of " + frameBytes
                    + " bytes; at most " + Frames.MAX_FRAMES);
        }
        this.frameBytes = frameBytes;
        lengths = new int[(int) frames];
        file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        file.position(FrameTable.headBytes(frames));
    }

    @Override
    public void frame(byte[] encoded) throws IOException {
        lengths[written++] = encoded.length;
        write(encoded);
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
        write(FrameTable.encode(frameBytes, lengths));
        return length;
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            file.write(left);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

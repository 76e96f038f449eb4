// SPDX-License-Identifier: Apache-2.0
package io.twinbank.hal.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes past the kernel's cache ({@code O_DIRECT}), which wants memory, offsets and lengths aligned: through one buffer, unless the
 * caller's is aligned and outside the heap.
 */
final class DirectIo {
    private static final int BUFFER_BYTES = 256 << 10;

    private final int unit;
    private @Nullable ByteBuffer buffer;

    /**
     * Makes a mover.
     *
     * @param unit what offsets and lengths are multiples of, in bytes; a power of two
     */
    DirectIo(int unit) {
        this.unit = unit;
    }

    /** Returns the option that opens a channel so; empty on a Java without it. Only 17 compiles its name without a warning. */
    static Optional<OpenOption> option() {
        try {
            for (Object constant :
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
                if (constant instanceof OpenOption option && constant.toString().equals("DIRECT")) {
                    return Optional.of(option);
                }
            }
            return Optional.empty();
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Fills the buffer, or as much of it as the file has. */
    void read(FileChannel channel, ByteBuffer dst, long offset) throws IOException {
        long at = offset;
        while (isAligned(dst, at)) {
            int count = channel.read(dst, at);
            if (count <= 0) {
                return;
            }
            at += count;
        }
        ByteBuffer bounce = buffer();
        while (dst.hasRemaining()) {
            long begin = at - at % unit;
            int skipped = (int) (at - begin);
            bounce.clear().limit((int) Math.min(BUFFER_BYTES, roundUp(skipped + (long) dst.remaining())));
            int count = channel.read(bounce, begin) - skipped;
            if (count <= 0) {
                return;
            }
            int taken = Math.min(count, dst.remaining());
            dst.put(bounce.slice(skipped, taken));
            at += taken;
        }
    }

    /** Writes whole units. */
    void write(FileChannel channel, ByteBuffer src, long offset) throws IOException {
        long at = offset;
        while (src.hasRemaining()) {
            int length = src.remaining();
            ByteBuffer from = src.duplicate();
            if (!isAligned(src, at)) {
                length = Math.min(BUFFER_BYTES, length);
                from = buffer().clear().put(src.slice(src.position(), length)).flip();
            }
            int whole = channel.write(from, at) / unit * unit; // what it took of a unit besides is written again
            if (whole == 0) {
                throw new IOException("nothing was written of " + length + " bytes at " + at);
            }
            src.position(src.position() + whole);
            at += whole;
        }
    }

    private boolean isAligned(ByteBuffer buffer, long offset) {
        return buffer.isDirect()
                && buffer.hasRemaining()
                && offset % unit == 0
                && buffer.remaining() % unit == 0
                && buffer.alignmentOffset(buffer.position(), unit) == 0;
    }

    private long roundUp(long length) {
        return (length + unit - 1) / unit * unit;
    }

    private ByteBuffer buffer() {
        ByteBuffer made = buffer;
        if (made == null) {
            made = ByteBuffer.allocateDirect(BUFFER_BYTES + unit).alignedSlice(unit);
            buffer = made;
        }
        return made;
    }
}

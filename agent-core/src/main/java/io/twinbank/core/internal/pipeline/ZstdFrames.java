// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * Frames that are one zstd frame each (RFC 8878, section 3.1.1). What that may be is looked at here, for libraries differ in it:
 * it says its content's size, which is the frame's, has no dictionary and a window that is no larger than a frame, and nothing
 * follows its last block but the checksum, if there is one.
 */
final class ZstdFrames implements FrameDecoder {
    private static final int MAGIC = 0xFD2FB528;
    private static final int SINGLE_SEGMENT = 1 << 5;
    private static final int RESERVED = 3 << 3;
    private static final int CHECKSUM = 1 << 2;
    private static final int DICTIONARY = 3;

    private static final int MAX_BLOCK_BYTES = 128 << 10;
    private static final int BLOCK_HEADER_BYTES = 3;
    private static final int CHECKSUM_BYTES = 4;
    private static final int RUN = 1;
    private static final int RESERVED_BLOCK = 3;

    private final Zstd zstd;
    private final int maxWindowBytes;

    ZstdFrames(Zstd zstd, int frameBytes) {
        this.zstd = zstd;
        this.maxWindowBytes = frameBytes;
    }

    @Override
    public void decode(long index, ByteBuffer encoded, ByteBuffer dst) throws RejectedException {
        ByteBuffer reader = encoded.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        boolean checksum = requireHeader(reader, dst.remaining());
        requireBlocks(reader);
        int rest = checksum ? CHECKSUM_BYTES : 0;
        if (reader.remaining() != rest) {
            throw malformed("bytes behind the last block of the zstd frame", reader.remaining(), rest);
        }
        try {
            zstd.decode(encoded, dst);
        } catch (RuntimeException wrong) { // each library has its own
            throw malformed("content of the zstd frame", wrong, "what zstd made of it");
        }
        if (dst.hasRemaining()) {
            throw malformed("content of the zstd frame", dst.remaining() + " bytes too few", "as many as it says");
        }
    }

    @Override
    public String toString() {
        return "zstd by " + zstd.title();
    }

    /** Looks at the header, and returns whether a checksum follows the blocks. */
    private boolean requireHeader(ByteBuffer reader, int contentBytes) throws RejectedException {
        need(reader, 5, "header");
        int magic = reader.getInt();
        if (magic != MAGIC) {
            throw malformed("begin of the zstd frame", hex(magic), hex(MAGIC));
        }
        int descriptor = reader.get() & 0xff;
        if ((descriptor & RESERVED) != 0) {
            throw malformed("reserved bits of the zstd frame", (descriptor & RESERVED) >> 3, 0);
        }
        if ((descriptor & DICTIONARY) != 0) {
            throw unsupported("dictionary of the zstd frame", "one", "none");
        }
        boolean single = (descriptor & SINGLE_SEGMENT) != 0;
        if (!single) {
            need(reader, 1, "header");
            requireWindow(reader.get() & 0xff);
        }
        requireContentSize(reader, descriptor >> 6, single, contentBytes);
        return (descriptor & CHECKSUM) != 0;
    }

    private void requireWindow(int descriptor) throws RejectedException {
        long base = 1L << (10 + (descriptor >> 3));
        long window = base + base / 8 * (descriptor & 7);
        if (window > maxWindowBytes) {
            throw new RejectedException(
                    RejectReason.LIMIT_EXCEEDED,
                    "window of the zstd frame",
                    window + " bytes",
                    "at most " + maxWindowBytes + " bytes");
        }
    }

    private static void requireContentSize(ByteBuffer reader, int form, boolean single, int expected)
            throws RejectedException {
        int bytes = form == 0 ? (single ? 1 : 0) : 1 << form;
        if (bytes == 0) {
            throw unsupported("content size of the zstd frame", "none", expected + " bytes");
        }
        need(reader, bytes, "header");
        long found = switch (bytes) {
            case 1 -> reader.get() & 0xff;
            case 2 -> (reader.getShort() & 0xffff) + 256;
            case 4 -> Integer.toUnsignedLong(reader.getInt());
            default -> reader.getLong();
        };
        if (found != expected) {
            throw malformed(
                    "content size of the zstd frame", Long.toUnsignedString(found) + " bytes", expected + " bytes");
        }
    }

    private static void requireBlocks(ByteBuffer reader) throws RejectedException {
        boolean last = false;
        while (!last) {
            need(reader, BLOCK_HEADER_BYTES, "block header");
            int header = (reader.getShort() & 0xffff) | (reader.get() & 0xff) << 16;
            last = (header & 1) != 0;
            int type = header >> 1 & 3;
            int size = header >> 3;
            if (type == RESERVED_BLOCK) {
                throw malformed("block of the zstd frame", "of a reserved type", "raw, run or compressed");
            }
            if (size > MAX_BLOCK_BYTES) {
                throw malformed("block of the zstd frame", size + " bytes", "at most " + MAX_BLOCK_BYTES + " bytes");
            }
            int length = type == RUN ? 1 : size;
            need(reader, length, "block");
            reader.position(reader.position() + length);
        }
    }

    private static void need(ByteBuffer reader, int bytes, String what) throws RejectedException {
        if (reader.remaining() < bytes) {
            throw malformed(what + " of the zstd frame", reader.remaining() + " bytes", "at least " + bytes + " bytes");
        }
    }

    private static String hex(int magic) {
        return "0x" + HexFormat.of().toHexDigits(magic);
    }

    private static RejectedException malformed(String what, Object found, Object expected) {
        return new RejectedException(RejectReason.MALFORMED, what, found, expected);
    }

    private static RejectedException unsupported(String what, Object found, Object expected) {
        return new RejectedException(RejectReason.UNSUPPORTED, what, found, expected);
    }
}

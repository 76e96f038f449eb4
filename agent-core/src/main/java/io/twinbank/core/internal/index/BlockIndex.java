// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.cbor.CborReader;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.cbor.Slice;
import io.twinbank.core.suit.Digest;
import io.twinbank.core.suit.IndexReference;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The blocks of an image: for each a key by which a device finds it in what it holds, and where its bytes can be fetched; and for each
 * {@value #GROUP_BLOCKS} of them the SHA-256 that what was found and fetched must have. The format is in docs/wire-format.md.
 *
 * <p>The bytes to fetch are the image's own, or those of a <i>store</i> beside it, in which each block is packed by itself. Immutable;
 * takes 10 bytes for each block and 40 for each group, 5.4 MiB at most.
 */
public final class BlockIndex {
    /** The smallest size of a block, in bytes. */
    public static final int MIN_BLOCK_BYTES = 512;
    /** The largest size of a block, in bytes. */
    public static final int MAX_BLOCK_BYTES = 32 << 10;
    /** How many blocks an image may have: a device holds the keys of all. */
    public static final int MAX_BLOCKS = 1 << 19;
    /** How many blocks have a hash in common. A device holds a group, 2 MiB at most, until it is known to be right. */
    public static final int GROUP_BLOCKS = 64;
    /** The largest index, in bytes, as it is published. */
    public static final int MAX_INDEX_BYTES = IndexReference.MAX_BYTES;

    static final int USUAL_BLOCK_BYTES = 1 << 10;
    private static final int VERSION = 1;
    private static final int HASH_BYTES = 32;
    private static final String NAME = "block index";

    private final long imageBytes;
    private final int blockBytes;
    private final int[] weak;
    private final int[] strong;
    private final char[] lengths;
    private final long[] groupOffsets;
    private final byte[] groupHashes;

    /**
     * Makes an index.
     *
     * @param imageBytes the image's size
     * @param blockBytes the size of each block but the last
     * @param weak the rolling key of each block
     * @param strong the other key of each block
     * @param lengths how long each block is in the store; empty if the image's own bytes are fetched
     * @param groupHashes the SHA-256 of each group
     */
    BlockIndex(long imageBytes, int blockBytes, int[] weak, int[] strong, char[] lengths, byte[] groupHashes) {
        this.imageBytes = imageBytes;
        this.blockBytes = blockBytes;
        this.weak = weak;
        this.strong = strong;
        this.lengths = lengths;
        this.groupHashes = groupHashes;
        this.groupOffsets = new long[groups() + 1];
        for (int block = 0; block < blocks(); block++) {
            groupOffsets[block / GROUP_BLOCKS + 1] += fetchedBytes(block);
        }
        for (int group = 0; group < groups(); group++) {
            groupOffsets[group + 1] += groupOffsets[group];
        }
    }

    /**
     * Returns the size of blocks that suits an image: {@value #USUAL_BLOCK_BYTES} bytes, and more only where there were too many of
     * them.
     *
     * @param imageBytes the image's size
     * @return a power of two
     * @throws IllegalArgumentException if the image has more than {@value #MAX_BLOCKS} blocks of {@value #MAX_BLOCK_BYTES} bytes
     */
    public static int blockBytesFor(long imageBytes) {
        long bytes = USUAL_BLOCK_BYTES;
        while (bytes * MAX_BLOCKS < imageBytes) {
            bytes *= 2;
        }
        if (bytes > MAX_BLOCK_BYTES) {
            throw new IllegalArgumentException("an image of " + imageBytes + " bytes has more than " + MAX_BLOCKS
                    + " blocks of " + MAX_BLOCK_BYTES + " bytes");
        }
        return (int) bytes;
    }

    /**
     * Decodes an index.
     *
     * @param bytes as it was fetched
     * @param digest what the manifest says of it
     * @param imageBytes the image's size, as the manifest says
     * @return the index
     * @throws RejectedException {@code DIGEST_MISMATCH}, {@code LIMIT_EXCEEDED}, {@code UNSUPPORTED} (a later version) or {@code
     *     MALFORMED}
     */
    public static BlockIndex decode(byte[] bytes, Digest digest, long imageBytes) throws RejectedException {
        byte[] found = digest.newMessageDigest().digest(bytes);
        if (!digest.matches(found)) {
            throw new RejectedException(
                    RejectReason.DIGEST_MISMATCH, NAME, new Digest(digest.algorithm(), found), digest);
        }
        return decode(bytes, imageBytes);
    }

    /**
     * Decodes what is known to be what was signed.
     *
     * @param bytes as it was fetched
     * @param imageBytes the image's size, as the manifest says
     * @return the index
     * @throws RejectedException {@code LIMIT_EXCEEDED}, {@code UNSUPPORTED} (a later version) or {@code MALFORMED}
     */
    public static BlockIndex decode(byte[] bytes, long imageBytes) throws RejectedException {
        if (bytes.length > MAX_INDEX_BYTES) {
            throw over("size", bytes.length + " bytes", "at most " + MAX_INDEX_BYTES + " bytes");
        }
        CborReader reader = new CborReader(bytes, 1);
        int items = reader.readArray();
        if (items < 1) {
            throw malformed("items", items, 6);
        }
        long version = reader.readUnsigned();
        if (version != VERSION) {
            throw new RejectedException(RejectReason.UNSUPPORTED, NAME + ": version", version, VERSION);
        }
        if (items != 6) {
            throw malformed("items", items, 6);
        }
        long size = reader.readUnsigned();
        if (size != imageBytes || size < 1) {
            throw malformed("size of the image", size, Math.max(1, imageBytes));
        }
        long blockBytes = reader.readUnsigned();
        if (blockBytes < MIN_BLOCK_BYTES || blockBytes > MAX_BLOCK_BYTES || Long.bitCount(blockBytes) != 1) {
            throw over(
                    "size of a block",
                    Long.toUnsignedString(blockBytes),
                    "a power of two from " + MIN_BLOCK_BYTES + " to " + MAX_BLOCK_BYTES);
        }
        long blocks = (size - 1) / blockBytes + 1;
        if (blocks > MAX_BLOCKS) {
            throw over("number of blocks", blocks, "at most " + MAX_BLOCKS);
        }
        long storeBytes = reader.readUnsigned();
        Slice tables = reader.readBytes();
        Slice hashes = reader.readBytes();
        reader.end();
        long groups = (blocks - 1) / GROUP_BLOCKS + 1;
        if (hashes.length() != groups * HASH_BYTES) {
            throw malformed("size of the hashes", hashes.length(), groups * HASH_BYTES);
        }
        int[] weak = new int[(int) blocks];
        int[] strong = new int[(int) blocks];
        char[] lengths = new char[storeBytes == 0 ? 0 : (int) blocks];
        unpack(bytes, tables, weak, strong, lengths);
        BlockIndex index = new BlockIndex(size, (int) blockBytes, weak, strong, lengths, hashes.toByteArray());
        index.requireLengths(storeBytes);
        return index;
    }

    private void requireLengths(long storeBytes) throws RejectedException {
        for (int block = 0; block < lengths.length; block++) {
            if (lengths[block] < 1 || lengths[block] > imageBytes(block)) {
                throw malformed("length of block " + block, (int) lengths[block], "1 to " + imageBytes(block));
            }
        }
        if (hasStore() && fetchedTotal() != storeBytes) {
            throw malformed("size of the store", Long.toUnsignedString(storeBytes), fetchedTotal());
        }
    }

    private static void unpack(byte[] bytes, Slice packed, int[] weak, int[] strong, char[] lengths)
            throws RejectedException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes, packed.offset(), packed.length());
            long expected = 8L * weak.length + 2L * lengths.length;
            Table table = new Table(inflater, expected);
            for (int[] keys : new int[][] {weak, strong}) {
                for (int i = 0; i < keys.length; i++) {
                    keys[i] = table.next() << 16 | table.next();
                }
            }
            for (int i = 0; i < lengths.length; i++) {
                lengths[i] = (char) table.next();
            }
            table.end();
            if (inflater.getRemaining() > 0) {
                throw malformed("bytes behind the tables", inflater.getRemaining(), 0);
            }
        } finally {
            inflater.end();
        }
    }

    /** What is unpacked, two bytes at a time, so that the whole is never there twice. */
    private static final class Table {
        private final Inflater inflater;
        private final long expected;
        private final byte[] some = new byte[8 << 10];
        private int position;
        private int limit;

        Table(Inflater inflater, long expected) {
            this.inflater = inflater;
            this.expected = expected;
        }

        int next() throws RejectedException {
            return nextByte() << 8 | nextByte();
        }

        private int nextByte() throws RejectedException {
            if (position == limit) {
                position = 0;
                limit = inflate();
                if (limit == 0) {
                    throw malformed("size of the tables", inflater.getBytesWritten(), expected);
                }
            }
            return some[position++] & 0xff;
        }

        private int inflate() throws RejectedException {
            try {
                return inflater.inflate(some);
            } catch (DataFormatException e) {
                throw malformed(
                        "packed tables at byte " + inflater.getBytesRead(),
                        String.valueOf(e.getMessage()),
                        "deflated bytes");
            }
        }

        void end() throws RejectedException {
            if (position < limit || inflate() > 0) {
                throw malformed("size of the tables", "more than " + expected, expected);
            } else if (!inflater.finished()) {
                throw malformed("packed tables", "no end", "an end at byte " + inflater.getBytesRead());
            }
        }
    }

    /**
     * Encodes it.
     *
     * @return as it is published
     */
    public byte[] encode() {
        byte[] tables = new byte[8 * blocks() + 2 * lengths.length];
        IntBuffer keys = ByteBuffer.wrap(tables).asIntBuffer().put(weak).put(strong);
        ByteBuffer.wrap(tables).position(4 * keys.position()).asCharBuffer().put(lengths);
        CborWriter writer = new CborWriter();
        return writer.array(index -> index.integer(VERSION)
                        .integer(imageBytes)
                        .integer(blockBytes)
                        .integer(hasStore() ? fetchedTotal() : 0)
                        .bytes(pack(tables))
                        .bytes(groupHashes))
                .toByteArray();
    }

    private static byte[] pack(byte[] tables) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(tables);
            deflater.finish();
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            byte[] some = new byte[8 << 10];
            while (!deflater.finished()) {
                packed.write(some, 0, deflater.deflate(some));
            }
            return packed.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /**
     * Returns the image's size.
     *
     * @return in bytes
     */
    public long imageBytes() {
        return imageBytes;
    }

    /**
     * Returns the size of each block but the last.
     *
     * @return in bytes, a power of two
     */
    public int blockBytes() {
        return blockBytes;
    }

    /**
     * Returns how many blocks there are.
     *
     * @return their number
     */
    public int blocks() {
        return weak.length;
    }

    /**
     * Tells what is fetched.
     *
     * @return whether it is packed blocks of a store; else the image's own bytes
     */
    public boolean hasStore() {
        return lengths.length > 0;
    }

    /**
     * Returns how many bytes there are to fetch, if all are.
     *
     * @return the size of the store, or of the image
     */
    public long fetchedTotal() {
        return groupOffsets[groups()];
    }

    int groups() {
        return (blocks() - 1) / GROUP_BLOCKS + 1;
    }

    /**
     * Returns the size of a group of blocks, which is had as a whole or not at all.
     *
     * @return in bytes
     */
    public int groupBytes() {
        return blockBytes * GROUP_BLOCKS;
    }

    /** Where in the image a block begins. */
    long imageOffset(int block) {
        return (long) block * blockBytes;
    }

    /** How many bytes of the image are a block's. */
    int imageBytes(int block) {
        return (int) Math.min(blockBytes, imageBytes - imageOffset(block));
    }

    /**
     * By how much a block's key begins before it: a key is of {@link #blockBytes()} bytes, also the last block's, which is shorter.
     * Only an image that is smaller than a block has none that could be found.
     */
    int lead(int block) {
        return blockBytes - imageBytes(block);
    }

    /** Where a block begins in what is fetched; behind the last, where it ends. */
    long fetchedOffset(int block) {
        long offset = groupOffsets[block / GROUP_BLOCKS];
        for (int before = block - block % GROUP_BLOCKS; before < block; before++) {
            offset += fetchedBytes(before);
        }
        return offset;
    }

    int fetchedBytes(int block) {
        return hasStore() ? lengths[block] : imageBytes(block);
    }

    /** What is fetched of a block is the block itself. */
    boolean isPlain(int block) {
        return fetchedBytes(block) == imageBytes(block);
    }

    int weak(int block) {
        return weak[block];
    }

    int strong(int block) {
        return strong[block];
    }

    /** The hash that a group must have; empty if it has it. */
    Optional<Digest> differs(int group, MessageDigest found) {
        byte[] hash = Arrays.copyOfRange(groupHashes, group * HASH_BYTES, (group + 1) * HASH_BYTES);
        return MessageDigest.isEqual(hash, found.digest()) ? Optional.empty() : Optional.of(Digest.sha256(hash));
    }

    private static RejectedException malformed(String what, Object found, Object expected) {
        return new RejectedException(RejectReason.MALFORMED, NAME + ": " + what, found, expected);
    }

    private static RejectedException over(String what, Object found, Object expected) {
        return new RejectedException(RejectReason.LIMIT_EXCEEDED, NAME + ": " + what, found, expected);
    }

    /** Says it as in "105710 blocks of 1024 bytes, packed to 38117405 of 108247040 bytes". */
    @Override
    public String toString() {
        String blocks = blocks() + " blocks of " + blockBytes + " bytes";
        return hasStore() ? blocks + ", packed to " + fetchedTotal() + " of " + imageBytes + " bytes" : blocks;
    }
}

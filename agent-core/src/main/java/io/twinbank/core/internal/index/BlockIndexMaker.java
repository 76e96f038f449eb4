// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import io.twinbank.core.suit.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Makes the index of an image, and the store with its packed blocks; in constant memory but for the index. */
public final class BlockIndexMaker {
    private final int blockBytes;
    private final Optional<OutputStream> store;
    private final BlockHash hash;
    private final BlockCodec.Packer packer = new BlockCodec.Packer();
    private final byte[] packed;

    /**
     * Makes a maker.
     *
     * @param blockBytes the size of a block, such as of {@link BlockIndex#blockBytesFor}
     * @param store where the packed blocks go; empty if devices fetch the image's own bytes
     */
    public BlockIndexMaker(int blockBytes, Optional<OutputStream> store) {
        if (blockBytes < BlockIndex.MIN_BLOCK_BYTES
                || blockBytes > BlockIndex.MAX_BLOCK_BYTES
                || Integer.bitCount(blockBytes) != 1) {
            throw new IllegalArgumentException("blockBytes must be a power of two from " + BlockIndex.MIN_BLOCK_BYTES
                    + " to " + BlockIndex.MAX_BLOCK_BYTES + ", not " + blockBytes);
        }
        this.blockBytes = blockBytes;
        this.store = store;
        this.hash = new BlockHash(blockBytes);
        this.packed = new byte[blockBytes];
    }

    /**
     * Makes the index.
     *
     * @param image read to its end
     * @param imageBytes the image's size, at least 1
     * @param progress told how many bytes are done, after each group
     * @return the index
     * @throws IOException if the image can't be read or has another size, or the store can't be written
     * @throws IllegalArgumentException if there are more than {@value BlockIndex#MAX_BLOCKS} blocks
     */
    public BlockIndex make(InputStream image, long imageBytes, LongConsumer progress) throws IOException {
        long count = (imageBytes + blockBytes - 1) / blockBytes;
        if (count < 1 || count > BlockIndex.MAX_BLOCKS) {
            throw new IllegalArgumentException("an image of " + imageBytes + " bytes has " + count + " blocks of "
                    + blockBytes + " bytes, not 1 to " + BlockIndex.MAX_BLOCKS);
        }
        int blocks = (int) count;
        int groupBytes = blockBytes * BlockIndex.GROUP_BLOCKS;
        int[] weak = new int[blocks];
        int[] strong = new int[blocks];
        char[] lengths = new char[store.isPresent() ? blocks : 0];
        ByteBuffer groupHashes = ByteBuffer.allocate((blocks - 1) / BlockIndex.GROUP_BLOCKS * 32 + 32);
        // The last block's key begins before the block, which may be in the group before.
        byte[] bytes = new byte[blockBytes + groupBytes];
        long done = 0;
        for (int block = 0; done < imageBytes; ) {
            System.arraycopy(bytes, groupBytes, bytes, 0, blockBytes);
            int wanted = (int) Math.min(groupBytes, imageBytes - done);
            int got = image.readNBytes(bytes, blockBytes, wanted);
            if (got < wanted) {
                throw new IOException("the image has " + (done + got) + " bytes, not " + imageBytes);
            }
            groupHashes.put(sha256(bytes, blockBytes, got));
            for (int at = 0; at < got; at += blockBytes, block++) {
                int length = Math.min(blockBytes, got - at);
                int window = imageBytes < blockBytes ? -1 : at + length;
                if (window >= 0) {
                    weak[block] = BlockHash.key(hash.of(bytes, window));
                    strong[block] = strong(bytes, window, blockBytes);
                }
                if (store.isPresent()) {
                    lengths[block] = (char) store(store.get(), bytes, blockBytes + at, length);
                }
            }
            done += got;
            progress.accept(done);
        }
        if (image.read() >= 0) {
            throw new IOException("the image has more than " + imageBytes + " bytes");
        }
        return new BlockIndex(imageBytes, blockBytes, weak, strong, lengths, groupHashes.array());
    }

    private int store(OutputStream to, byte[] bytes, int at, int length) throws IOException {
        int packedBytes = packer.pack(bytes, blockBytes, at, length, packed);
        to.write(packed, 0, packedBytes);
        return packedBytes;
    }

    private static byte[] sha256(byte[] bytes, int at, int length) {
        return Digest.sha256Of(Arrays.copyOfRange(bytes, at, at + length)).bytes();
    }

    private static int strong(byte[] bytes, int at, int length) {
        return ByteBuffer.wrap(sha256(bytes, at, length)).getInt();
    }
}

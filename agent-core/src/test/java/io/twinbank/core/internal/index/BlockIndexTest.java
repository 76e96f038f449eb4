// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import io.twinbank.core.Rejection;
import io.twinbank.core.cbor.CborWriter;
import io.twinbank.core.suit.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class BlockIndexTest {
    private static final int IMAGE_BYTES = 70_000;
    private static final int BLOCKS = 69;
    private static final byte[] HASHES = new byte[64];

    /** Blocks of 1024 bytes that are packed to 7 bytes each. */
    private static byte[] tables(int... lengths) {
        ByteBuffer tables = ByteBuffer.allocate(10 * BLOCKS).position(8 * BLOCKS);
        for (int block = 0; block < BLOCKS; block++) {
            tables.putShort((short) (block < lengths.length ? lengths[block] : 7));
        }
        return tables.array();
    }

    private static byte[] deflate(byte[] bytes) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        deflater.finish();
        byte[] packed = new byte[bytes.length + 100];
        return Arrays.copyOf(packed, deflater.deflate(packed));
    }

    private static byte[] index(long imageBytes, long blockBytes, long storeBytes, byte[] tables, byte[] hashes) {
        return new CborWriter()
                .array(a -> a.integer(1)
                        .integer(imageBytes)
                        .integer(blockBytes)
                        .integer(storeBytes)
                        .bytes(tables)
                        .bytes(hashes))
                .toByteArray();
    }

    private static void assertRefused(RejectReason reason, String detail, Object found, Object expected, byte[] index) {
        RejectedException refused = assertThrows(RejectedException.class, () -> BlockIndex.decode(index, IMAGE_BYTES));
        assertEquals(Rejection.of(reason, "block index: " + detail, found, expected), refused.rejection());
    }

    @Test
    void decode_whatWasEncoded_isTheSame() throws RejectedException {
        for (Indexed made : new Indexed[] {
            Indexed.packed(Indexed.text(1, IMAGE_BYTES), 1024),
            Indexed.plain(Indexed.text(1, IMAGE_BYTES), 512),
            Indexed.packed(Indexed.text(1, 1), 512)
        }) {
            byte[] bytes = made.index().encode();
            BlockIndex index = BlockIndex.decode(bytes, Digest.sha256Of(bytes), made.image().length);

            assertEquals(made.index().toString(), index.toString());
            assertEquals(made.fetched().length, index.fetchedTotal());
            for (int block = 0; block < index.blocks(); block++) {
                assertEquals(made.index().weak(block), index.weak(block));
                assertEquals(made.index().strong(block), index.strong(block));
                assertEquals(made.index().fetchedOffset(block), index.fetchedOffset(block));
            }
        }
    }

    @Test
    void decode_smallestForm_isRead() throws RejectedException {
        BlockIndex index =
                BlockIndex.decode(index(IMAGE_BYTES, 1024, 7 * BLOCKS, deflate(tables()), HASHES), IMAGE_BYTES);

        assertEquals("69 blocks of 1024 bytes, packed to 483 of 70000 bytes", index.toString());
        assertEquals(70_000 - 68 * 1024, index.imageBytes(68));
    }

    @Test
    void decode_otherDigest_isRefused() {
        byte[] bytes = index(IMAGE_BYTES, 1024, 7 * BLOCKS, deflate(tables()), HASHES);
        Digest other = Digest.sha256Of(new byte[1]);

        RejectedException refused =
                assertThrows(RejectedException.class, () -> BlockIndex.decode(bytes, other, IMAGE_BYTES));

        assertEquals(
                Rejection.of(RejectReason.DIGEST_MISMATCH, "block index", Digest.sha256Of(bytes), other),
                refused.rejection());
    }

    @Test
    void decode_tooLarge_isRefused() {
        assertRefused(
                RejectReason.LIMIT_EXCEEDED,
                "size",
                "6291457 bytes",
                "at most 6291456 bytes",
                new byte[BlockIndex.MAX_INDEX_BYTES + 1]);
    }

    @Test
    void decode_laterVersion_isRefused() {
        byte[] index = new CborWriter().array(a -> a.integer(2).integer(0)).toByteArray();

        assertRefused(RejectReason.UNSUPPORTED, "version", 2, 1, index);
    }

    @Test
    void decode_otherNumberOfItems_isRefused() {
        assertRefused(
                RejectReason.MALFORMED,
                "items",
                5,
                6,
                new CborWriter()
                        .array(a ->
                                a.integer(1).integer(1).integer(1).integer(1).integer(1))
                        .toByteArray());
        assertRefused(
                RejectReason.MALFORMED,
                "items",
                0,
                6,
                new CborWriter().array(a -> {}).toByteArray());
    }

    @Test
    void decode_otherImageSize_isRefused() {
        assertRefused(
                RejectReason.MALFORMED,
                "size of the image",
                69_999,
                IMAGE_BYTES,
                index(69_999, 1024, 7 * BLOCKS, deflate(tables()), HASHES));
    }

    @Test
    void decode_blockSize_isRefusedUnlessAPowerOfTwoInBounds() {
        for (int bytes : new int[] {0, 256, 1000, 65_536}) {
            assertRefused(
                    RejectReason.LIMIT_EXCEEDED,
                    "size of a block",
                    bytes,
                    "a power of two from 512 to 32768",
                    index(IMAGE_BYTES, bytes, 7 * BLOCKS, deflate(tables()), HASHES));
        }
    }

    @Test
    void decode_tooManyBlocks_isRefused() {
        long imageBytes = 512L * BlockIndex.MAX_BLOCKS + 1;

        RejectedException refused = assertThrows(
                RejectedException.class,
                () -> BlockIndex.decode(index(imageBytes, 512, 0, new byte[0], HASHES), imageBytes));

        assertEquals(
                Rejection.of(RejectReason.LIMIT_EXCEEDED, "block index: number of blocks", 524_289, "at most 524288"),
                refused.rejection());
    }

    @Test
    void decode_otherNumberOfHashes_isRefused() {
        assertRefused(
                RejectReason.MALFORMED,
                "size of the hashes",
                32,
                64,
                index(IMAGE_BYTES, 1024, 7 * BLOCKS, deflate(tables()), new byte[32]));
    }

    @Test
    void decode_shortTables_areRefused() {
        assertRefused(
                RejectReason.MALFORMED,
                "size of the tables",
                689,
                690,
                index(IMAGE_BYTES, 1024, 7 * BLOCKS, deflate(Arrays.copyOf(tables(), 689)), HASHES));
    }

    @Test
    void decode_longTables_areRefused() {
        assertRefused(
                RejectReason.MALFORMED,
                "size of the tables",
                "more than 690",
                690,
                index(IMAGE_BYTES, 1024, 7 * BLOCKS, deflate(Arrays.copyOf(tables(), 691)), HASHES));
    }

    @Test
    void decode_endlessTables_areRefusedBeforeTheyAreUnpacked() {
        byte[] bomb = deflate(new byte[10 << 20]);

        assertRefused(
                RejectReason.MALFORMED,
                "size of the tables",
                "more than 552",
                552,
                index(IMAGE_BYTES, 1024, 0, bomb, HASHES));
    }

    @Test
    void decode_cutTables_areRefused() {
        byte[] whole = deflate(tables());
        assertRefused(
                RejectReason.MALFORMED,
                "packed tables",
                "no end",
                "an end at byte " + (whole.length - 1),
                index(IMAGE_BYTES, 1024, 7 * BLOCKS, Arrays.copyOf(whole, whole.length - 1), HASHES));
    }

    @Test
    void decode_tablesThatArentDeflated_areRefused() {
        assertRefused(
                RejectReason.MALFORMED,
                "packed tables at byte 1",
                "invalid block type",
                "deflated bytes",
                index(IMAGE_BYTES, 1024, 7 * BLOCKS, new byte[] {-1, -1}, HASHES));
    }

    @Test
    void decode_bytesBehindTheTables_areRefused() {
        byte[] whole = deflate(tables());
        assertRefused(
                RejectReason.MALFORMED,
                "bytes behind the tables",
                2,
                0,
                index(IMAGE_BYTES, 1024, 7 * BLOCKS, Arrays.copyOf(whole, whole.length + 2), HASHES));
    }

    @Test
    void decode_lengthOfABlock_isRefusedOutOfBounds() {
        assertRefused(
                RejectReason.MALFORMED,
                "length of block 1",
                0,
                "1 to 1024",
                index(IMAGE_BYTES, 1024, 7 * BLOCKS, deflate(tables(7, 0)), HASHES));
        assertRefused(
                RejectReason.MALFORMED,
                "length of block 0",
                1025,
                "1 to 1024",
                index(IMAGE_BYTES, 1024, 7 * BLOCKS, deflate(tables(1025)), HASHES));
    }

    @Test
    void decode_otherStoreSize_isRefused() {
        assertRefused(
                RejectReason.MALFORMED,
                "size of the store",
                482,
                483,
                index(IMAGE_BYTES, 1024, 7 * BLOCKS - 1, deflate(tables()), HASHES));
    }

    @Test
    void decode_trailingByte_isRefused() {
        byte[] index = index(IMAGE_BYTES, 1024, 7 * BLOCKS, deflate(tables()), HASHES);
        byte[] longer = Arrays.copyOf(index, index.length + 1);

        RejectedException refused = assertThrows(RejectedException.class, () -> BlockIndex.decode(longer, IMAGE_BYTES));

        assertEquals(RejectReason.MALFORMED, refused.reason());
    }

    @Test
    void blockBytesFor_largerImages_growsSoThatTheIndexStaysBounded() {
        assertEquals(1024, BlockIndex.blockBytesFor(1));
        assertEquals(1024, BlockIndex.blockBytesFor(512L << 20));
        assertEquals(2048, BlockIndex.blockBytesFor((512L << 20) + 1));
        assertEquals(8192, BlockIndex.blockBytesFor(4L << 30));
        assertEquals(32_768, BlockIndex.blockBytesFor(16L << 30));
        assertThrows(IllegalArgumentException.class, () -> BlockIndex.blockBytesFor((16L << 30) + 1));
    }

    @Test
    void make_otherSizeThanSaid_throws() {
        BlockIndexMaker maker = new BlockIndexMaker(512, Optional.empty());

        IOException isShort = assertThrows(
                IOException.class, () -> maker.make(new ByteArrayInputStream(new byte[99]), 100, done -> {}));
        IOException isLong = assertThrows(
                IOException.class, () -> maker.make(new ByteArrayInputStream(new byte[101]), 100, done -> {}));

        assertEquals("the image has 99 bytes, not 100", isShort.getMessage());
        assertEquals("the image has more than 100 bytes", isLong.getMessage());
    }

    @Test
    void make_text_isPackedWithWhatComesBefore() {
        byte[] once = Indexed.text(1, 1024);
        byte[] image = new byte[64 * 1024];
        for (int i = 0; i < 64; i++) {
            System.arraycopy(once, 0, image, i * 1024, 1024);
        }

        ByteArrayOutputStream store = new ByteArrayOutputStream();
        Indexed indexed = Indexed.packed(image, 1024);
        store.writeBytes(indexed.fetched());

        assertTrue(indexed.index().fetchedBytes(0) > 500, "nothing to refer to");
        assertTrue(indexed.index().fetchedBytes(63) < 20, "the same as before");
        assertEquals(store.size(), indexed.index().fetchedTotal());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Packs each block by itself, by raw deflate with the image's bytes before it in its group, at most 32 KiB, as the dictionary: who
 * unpacks it has them already, fetched or not. Both hold native memory until they are collected.
 */
final class BlockCodec {
    private static final int DICTIONARY_BYTES = 32 << 10;

    private BlockCodec() {}

    /** For the maker of an index. */
    static final class Packer {
        private final Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);

        /**
         * Packs a block.
         *
         * @param bytes hold the group
         * @param groupAt where it begins
         * @param at where the block begins
         * @param length how long it is
         * @param dst has as much room
         * @return how long the packed block is; {@code length} if it is as it was
         */
        int pack(byte[] bytes, int groupAt, int at, int length, byte[] dst) {
            deflater.reset();
            if (at > groupAt) {
                int dictionary = Math.min(at - groupAt, DICTIONARY_BYTES);
                deflater.setDictionary(bytes, at - dictionary, dictionary);
            }
            deflater.setInput(bytes, at, length);
            deflater.finish();
            int packed = deflater.deflate(dst, 0, length);
            if (packed < length && deflater.finished()) {
                return packed;
            }
            System.arraycopy(bytes, at, dst, 0, length);
            return length;
        }
    }

    /** For a device. */
    static final class Unpacker {
        private final Inflater inflater = new Inflater(true);

        /**
         * Unpacks a block to where it belongs.
         *
         * @return whether it was one; else anything may be there
         */
        boolean unpack(byte[] packed, int fetchedBytes, byte[] group, int at, int imageBytes) {
            inflater.reset();
            if (at > 0) {
                int dictionary = Math.min(at, DICTIONARY_BYTES);
                inflater.setDictionary(group, at - dictionary, dictionary);
            }
            inflater.setInput(packed, 0, fetchedBytes);
            try {
                return inflater.inflate(group, at, imageBytes) == imageBytes;
            } catch (DataFormatException e) {
                // What was fetched, or what was found before it, isn't what it should be: the group's hash says so,
                // too.
                return false;
            }
        }
    }
}

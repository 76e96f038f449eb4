// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import io.twinbank.core.suit.Digest;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Finds an image's blocks in what the banks hold, at any offset: first in the active bank, then in the target. What it finds depends
 * on the index and the banks alone. While it works it takes 8 to 16 bytes for each block, and at most 608 KiB.
 */
public final class BlockFinder {
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int NONE = -1;
    /** A device that was made to hash at every byte would never come to an end. */
    private static final int COMPARISONS_PER_BLOCK = 8;

    private static final int POSITIONS_PER_COMPARISON = 256;

    private final BlockIndex index;
    private final int blockBytes;
    private final BlockHash hash;
    private final MessageDigest sha256 = sha256();
    /** Blocks by their rolling key, the first of those that are the same; open addressing. */
    private final int[] slots;
    /** Bits of the keys that there are: most positions need no look into the slots. */
    private final long[] filter;

    private final int filterShift;
    private long comparisons;

    /**
     * Makes a finder.
     *
     * @param index of the image that is wanted
     */
    public BlockFinder(BlockIndex index) {
        this.index = index;
        this.blockBytes = index.blockBytes();
        this.hash = new BlockHash(blockBytes);
        int bits = 32 - Integer.numberOfLeadingZeros(index.blocks() - 1);
        this.slots = new int[1 << (bits + 1)];
        Arrays.fill(slots, NONE);
        int filterBits = Math.max(6, Math.min(22, bits + 4));
        this.filter = new long[1 << (filterBits - 6)];
        this.filterShift = 32 - filterBits;
        if (index.imageBytes() >= blockBytes) {
            for (int block = 0; block < index.blocks(); block++) {
                insert(block);
            }
        }
    }

    private static MessageDigest sha256() {
        return Digest.sha256(new byte[32]).newMessageDigest();
    }

    private void insert(int block) {
        int weak = index.weak(block);
        int slot = slot(weak);
        while (slots[slot] != NONE) {
            if (isSame(slots[slot], block)) {
                return;
            }
            slot = next(slot);
        }
        slots[slot] = block;
        int bit = weak >>> filterShift;
        filter[bit >>> 6] |= 1L << bit;
    }

    private boolean isSame(int block, int other) {
        return index.weak(block) == index.weak(other) && index.strong(block) == index.strong(other);
    }

    private int slot(int weak) {
        return weak & (slots.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (slots.length - 1);
    }

    /**
     * Looks through the banks, once.
     *
     * @param active what the running bank holds
     * @param target what the other one holds; empty if that isn't to be used
     * @param progress told how many bytes were looked through
     * @return what was found
     */
    public Holdings find(Held active, Optional<Held.Target> target, LongConsumer progress) {
        Holdings holdings = new Holdings(index, active, target);
        scan(active, holdings, Optional.empty(), progress);
        if (target.isPresent()) {
            long before = active.sizeBytes();
            scan(target.get().held(), holdings, target, done -> progress.accept(before + done));
        }
        for (int block = 0; block < index.blocks(); block++) {
            int first = first(block);
            if (first != NONE && first != block) {
                holdings.same(block, first);
            }
        }
        return holdings;
    }

    private int first(int block) {
        int slot = slot(index.weak(block));
        while (slots[slot] != NONE && !isSame(slots[slot], block)) {
            slot = next(slot);
        }
        return slots[slot];
    }

    private void scan(Held held, Holdings holdings, Optional<Held.Target> target, LongConsumer progress) {
        long size = held.sizeBytes();
        comparisons = (long) COMPARISONS_PER_BLOCK * index.blocks() + size / POSITIONS_PER_COMPARISON;
        // A window, and behind it the bytes over which it moves.
        byte[] bytes = new byte[blockBytes + CHUNK_BYTES];
        boolean windowIsFull = false;
        long rolling = 0;
        for (long at = 0; at < size; ) {
            int wanted = (int) Math.min(windowIsFull ? CHUNK_BYTES : blockBytes, size - at);
            int position = windowIsFull ? blockBytes : 0;
            boolean read = wanted == blockBytes || windowIsFull;
            try {
                held.read(at, ByteBuffer.wrap(bytes, position, wanted));
            } catch (HalException unreadable) {
                // It isn't there, then, and a bank that is gone isn't asked everywhere.
                read = false;
                wanted = (int) Math.min(CHUNK_BYTES, size - at);
            }
            at += wanted;
            if (read && windowIsFull) {
                rolling = roll(bytes, wanted, at - wanted - blockBytes, rolling, holdings, target);
                System.arraycopy(bytes, wanted, bytes, 0, blockBytes);
            } else if (read) {
                rolling = hash.of(bytes, 0);
                look(bytes, 0, at - wanted, rolling, holdings, target);
            }
            windowIsFull = read;
            progress.accept(at);
        }
    }

    /** Moves the window, which begins at {@code offset}, over the bytes behind it. */
    private long roll(
            byte[] bytes, int length, long offset, long begin, Holdings holdings, Optional<Held.Target> target) {
        long rolling = begin;
        for (int i = 0; i < length; i++) {
            rolling = hash.roll(rolling, bytes[i], bytes[i + blockBytes]);
            int bit = BlockHash.key(rolling) >>> filterShift;
            if ((filter[bit >>> 6] & 1L << bit) != 0) {
                look(bytes, i + 1, offset + i + 1, rolling, holdings, target);
            }
        }
        return rolling;
    }

    private void look(
            byte[] bytes, int at, long offset, long rolling, Holdings holdings, Optional<Held.Target> target) {
        int weak = BlockHash.key(rolling);
        boolean compared = false;
        int strong = 0;
        for (int slot = slot(weak); slots[slot] != NONE; slot = next(slot)) {
            int block = slots[slot];
            if (index.weak(block) != weak || !isWanted(block, offset, holdings, target)) {
                continue;
            }
            if (!compared) {
                if (comparisons == 0) {
                    return;
                }
                comparisons--;
                sha256.update(bytes, at, blockBytes);
                strong = ByteBuffer.wrap(sha256.digest()).getInt();
                compared = true;
            }
            if (strong == index.strong(block)) {
                if (target.isPresent()) {
                    holdings.inTarget(block, offset);
                } else {
                    holdings.inActive(block, offset);
                }
            }
        }
    }

    private static boolean isWanted(int block, long offset, Holdings holdings, Optional<Held.Target> target) {
        return target.isPresent() ? holdings.wouldHelp(block, offset, target.get()) : !holdings.isFound(block);
    }
}

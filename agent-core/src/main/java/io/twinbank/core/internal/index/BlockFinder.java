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
     * Looks through the banks, once and all at once.
     *
     * @param active what the running bank holds
     * @param target what the other one holds; empty if that isn't to be used
     * @param progress told how many bytes were looked through
     * @return what was found
     */
    public Holdings find(Held active, Optional<Held.Target> target, LongConsumer progress) {
        Search search = search(active, target);
        while (!search.step()) {
            progress.accept(search.doneBytes());
        }
        progress.accept(search.doneBytes());
        return search.found();
    }

    /**
     * Begins to look through the banks, step by step; once for a finder.
     *
     * @param active what the running bank holds
     * @param target what the other one holds; empty if that isn't to be used
     * @return for {@link Search#step}
     */
    public Search search(Held active, Optional<Held.Target> target) {
        return new Search(active, target);
    }

    private void findEqual(Holdings holdings) {
        for (int block = 0; block < index.blocks(); block++) {
            int first = first(block);
            if (first != NONE && first != block) {
                holdings.same(block, first);
            }
        }
    }

    private int first(int block) {
        int slot = slot(index.weak(block));
        while (slots[slot] != NONE && !isSame(slots[slot], block)) {
            slot = next(slot);
        }
        return slots[slot];
    }

    /** Looks through banks in steps, each of which reads {@value #CHUNK_BYTES} bytes or less. For one thread at a time. */
    public final class Search {
        private final Holdings holdings;
        private final Held active;
        private final Optional<Held.Target> target;
        /** A window, and behind it the bytes over which it moves. */
        private final byte[] bytes = new byte[blockBytes + CHUNK_BYTES];

        private boolean inTarget;
        private long at;
        private boolean windowIsFull;
        private long rolling;
        private long comparisons;
        private boolean over;

        private Search(Held active, Optional<Held.Target> target) {
            this.holdings = new Holdings(index, active, target);
            this.active = active;
            this.target = target;
            this.comparisons = comparisons(active);
        }

        private long comparisons(Held held) {
            return (long) COMPARISONS_PER_BLOCK * index.blocks() + held.sizeBytes() / POSITIONS_PER_COMPARISON;
        }

        private Held held() {
            return inTarget ? target.orElseThrow().held() : active;
        }

        /**
         * Looks further.
         *
         * @return whether everything was looked through
         */
        public boolean step() {
            if (!over && at < held().sizeBytes()) {
                scan(held());
            } else if (!over && !inTarget && target.isPresent()) {
                inTarget = true;
                at = 0;
                windowIsFull = false;
                comparisons = comparisons(held());
            } else if (!over) {
                findEqual(holdings);
                over = true;
            }
            return over;
        }

        /**
         * Returns how much was looked through.
         *
         * @return in bytes, of both banks
         */
        public long doneBytes() {
            return inTarget ? active.sizeBytes() + at : at;
        }

        /**
         * Returns how much there is to look through.
         *
         * @return in bytes, of both banks
         */
        public long totalBytes() {
            return active.sizeBytes()
                    + target.map(bank -> bank.held().sizeBytes()).orElse(0L);
        }

        /**
         * Returns what was found.
         *
         * @return of all, once {@link #step} returned true
         */
        public Holdings found() {
            return holdings;
        }

        private void scan(Held held) {
            int wanted = (int) Math.min(windowIsFull ? CHUNK_BYTES : blockBytes, held.sizeBytes() - at);
            int position = windowIsFull ? blockBytes : 0;
            boolean read = wanted == blockBytes || windowIsFull;
            try {
                held.read(at, ByteBuffer.wrap(bytes, position, wanted));
            } catch (HalException unreadable) {
                // It isn't there, then, and a bank that is gone isn't asked everywhere.
                read = false;
                wanted = (int) Math.min(CHUNK_BYTES, held.sizeBytes() - at);
            }
            at += wanted;
            if (read && windowIsFull) {
                roll(wanted, at - wanted - blockBytes);
                System.arraycopy(bytes, wanted, bytes, 0, blockBytes);
            } else if (read) {
                rolling = hash.of(bytes, 0);
                look(0, at - wanted);
            }
            windowIsFull = read;
        }

        /** Moves the window, which begins at {@code offset}, over the bytes behind it. */
        private void roll(int length, long offset) {
            long moving = rolling;
            for (int i = 0; i < length; i++) {
                moving = hash.roll(moving, bytes[i], bytes[i + blockBytes]);
                int bit = BlockHash.key(moving) >>> filterShift;
                if ((filter[bit >>> 6] & 1L << bit) != 0) {
                    rolling = moving;
                    look(i + 1, offset + i + 1);
                }
            }
            rolling = moving;
        }

        private void look(int from, long offset) {
            int weak = BlockHash.key(rolling);
            boolean compared = false;
            int strong = 0;
            for (int slot = slot(weak); slots[slot] != NONE; slot = next(slot)) {
                int block = slots[slot];
                if (index.weak(block) != weak || !isWanted(block, offset)) {
                    continue;
                }
                if (!compared) {
                    if (comparisons == 0) {
                        return;
                    }
                    comparisons--;
                    sha256.update(bytes, from, blockBytes);
                    strong = ByteBuffer.wrap(sha256.digest()).getInt();
                    compared = true;
                }
                if (strong == index.strong(block)) {
                    if (inTarget) {
                        holdings.inTarget(block, offset);
                    } else {
                        holdings.inActive(block, offset);
                    }
                }
            }
        }

        private boolean isWanted(int block, long offset) {
            return inTarget ? holdings.wouldHelp(block, offset, target.orElseThrow()) : !holdings.isFound(block);
        }
    }
}

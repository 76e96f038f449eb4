// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Which blocks of an image are in the banks, and where. Takes 8 bytes for each block. */
public final class Holdings {
    private static final long MISSING = -1;

    private final BlockIndex index;
    private final Held active;
    private final Optional<Held.Target> target;
    /** Twice the offset of a block's key, and 1 for the target; for blocks with the same key only at the first of them. */
    private final long[] places;

    Holdings(BlockIndex index, Held active, Optional<Held.Target> target) {
        this.index = index;
        this.active = active;
        this.target = target;
        this.places = new long[index.blocks()];
        Arrays.fill(places, MISSING);
    }

    boolean isFound(int block) {
        return places[block] != MISSING;
    }

    void inActive(int block, long offset) {
        places[block] = offset << 1;
    }

    /** Tells whether a place in the target may be better than what is known, so that comparing what is there is worth while. */
    boolean wouldHelp(int block, long offset, Held.Target bank) {
        if (!bank.lasts(offset, index.blockBytes(), groupBegin(block))) {
            return false;
        }
        long known = places[block];
        boolean staysNowhere = (known & 1) == 1 && !bank.stays(known >> 1, index.blockBytes());
        return known == MISSING || (staysNowhere && offset >= (known >> 1) + index.blockBytes());
    }

    void inTarget(int block, long offset) {
        places[block] = offset << 1 | 1;
    }

    /** Gives a block the place of another one that has the same bytes. */
    void same(int block, int first) {
        places[block] = places[first];
        if (isFound(block) && !lasts(block)) {
            places[block] = MISSING;
        }
    }

    private boolean lasts(int block) {
        long place = places[block];
        return (place & 1) == 0 || target.orElseThrow().lasts(place >> 1, index.blockBytes(), groupBegin(block));
    }

    /**
     * Gives up what the writer of the target may have overwritten since it was looked through, or will before it is read.
     *
     * @param writtenBytes where the writer goes on
     * @param erasedBytes before which byte it may have erased
     */
    public void keepLasting(long writtenBytes, long erasedBytes) {
        int length = index.blockBytes();
        for (int block = 0; block < places.length; block++) {
            long offset = places[block] >> 1;
            if (!isFound(block) || (places[block] & 1) == 0 || offset + length <= writtenBytes) {
                continue;
            }
            long safe = Math.max(
                    erasedBytes, groupBegin(block) + target.orElseThrow().aheadBytes());
            if (offset < safe) {
                places[block] = MISSING;
            }
        }
    }

    private long groupBegin(int block) {
        return index.imageOffset(block - block % BlockIndex.GROUP_BLOCKS);
    }

    /** Reads a block; what is there now may be something else. */
    void read(int block, ByteBuffer dst) throws HalException {
        long place = places[block];
        Held held = (place & 1) == 1 ? target.orElseThrow().held() : active;
        held.read((place >> 1) + index.lead(block), dst);
    }

    /**
     * Counts what was found.
     *
     * @return how many bytes of the image
     */
    public long foundBytes() {
        long bytes = 0;
        for (int block = 0; block < places.length; block++) {
            bytes += isFound(block) ? index.imageBytes(block) : 0;
        }
        return bytes;
    }
}

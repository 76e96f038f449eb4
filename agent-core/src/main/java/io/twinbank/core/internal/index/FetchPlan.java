// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

import java.util.Arrays;

/**
 * The ranges that have to be fetched, because the banks don't hold what is in them, in the image's order. It depends on the index and on
 * what the banks held, so that the same device in the same state makes the same one.
 */
public final class FetchPlan {
    /** So much is fetched along rather than asked for anew: what a request costs in headers and waiting. */
    public static final int USUAL_GAP_BYTES = 2 << 10;
    /** Larger gaps are fetched along until there are no more requests than that. */
    public static final int MAX_REQUESTS = 4096;

    /**
     * Bytes to fetch.
     *
     * @param begin the first
     * @param end behind the last
     */
    public record Range(long begin, long end) {
        /**
         * Returns how many there are.
         *
         * @return their number
         */
        public long bytes() {
            return end - begin;
        }
    }

    private final long[] begins;
    private final long[] ends;

    private FetchPlan(long[] begins, long[] ends) {
        this.begins = begins;
        this.ends = ends;
    }

    /**
     * Makes a plan.
     *
     * @param index the image's blocks
     * @param holdings which of them are here
     * @param imageOffset from where on the image is wanted, in bytes
     * @param gapBytes two ranges that are no further apart are one
     * @return the plan
     */
    public static FetchPlan of(BlockIndex index, Holdings holdings, long imageOffset, long gapBytes) {
        int from = (int) (imageOffset / index.groupBytes()) * BlockIndex.GROUP_BLOCKS;
        long[] begins = new long[16];
        long[] ends = new long[16];
        int count = 0;
        long offset = index.fetchedOffset(Math.min(from, index.blocks() - 1));
        for (int block = from; block < index.blocks(); block++) {
            long end = offset + index.fetchedBytes(block);
            if (!holdings.isFound(block)) {
                if (count == 0 || ends[count - 1] < offset) {
                    if (count == begins.length) {
                        begins = Arrays.copyOf(begins, 2 * count);
                        ends = Arrays.copyOf(ends, 2 * count);
                    }
                    begins[count++] = offset;
                }
                ends[count - 1] = end;
            }
            offset = end;
        }
        long gap = gapBytes;
        count = merge(begins, ends, count, gap);
        while (count > MAX_REQUESTS) {
            gap = Math.max(1, 2 * gap);
            count = merge(begins, ends, count, gap);
        }
        return new FetchPlan(Arrays.copyOf(begins, count), Arrays.copyOf(ends, count));
    }

    private static int merge(long[] begins, long[] ends, int count, long gap) {
        int merged = 0;
        for (int i = 0; i < count; i++) {
            if (merged > 0 && begins[i] - ends[merged - 1] <= gap) {
                ends[merged - 1] = ends[i];
            } else {
                begins[merged] = begins[i];
                ends[merged++] = ends[i];
            }
        }
        return merged;
    }

    /**
     * Returns how many requests it takes.
     *
     * @return their number, {@value #MAX_REQUESTS} at most
     */
    public int requests() {
        return begins.length;
    }

    /**
     * Returns what it costs: exactly, if the banks hold when they are read what they held when they were looked through, and no
     * connection breaks.
     *
     * @return in bytes, without the headers of requests and answers
     */
    public long bytes() {
        return Arrays.stream(ends).sum() - Arrays.stream(begins).sum();
    }

    /**
     * Returns one range.
     *
     * @param request which
     * @return not empty
     */
    public Range range(int request) {
        return new Range(begins[request], ends[request]);
    }

    /** The range that has a byte, from that byte on; up to {@code otherwise} where there is none, because it was planned for later ones. */
    Range from(long offset, long otherwise) {
        int at = Arrays.binarySearch(begins, offset);
        int request = at >= 0 ? at : -at - 2;
        boolean planned = request >= 0 && offset < ends[request];
        return new Range(offset, planned ? ends[request] : otherwise);
    }
}

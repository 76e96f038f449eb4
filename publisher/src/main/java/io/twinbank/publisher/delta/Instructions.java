// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher.delta;

import java.util.Arrays;

/** How a piece of the new image comes about: each copies from the old image and then inserts. */
final class Instructions {
    private int[] copied = new int[1 << 10];
    private long[] from = new long[1 << 10];
    private int[] inserted = new int[1 << 10];
    private int count;

    void clear() {
        count = 0;
    }

    void add(int copy, long place, int insert) {
        if (copy == 0 && insert == 0) {
            return;
        }
        if (count == copied.length) {
            copied = Arrays.copyOf(copied, 2 * count);
            from = Arrays.copyOf(from, 2 * count);
            inserted = Arrays.copyOf(inserted, 2 * count);
        }
        copied[count] = copy;
        from[count] = place;
        inserted[count] = insert;
        count++;
    }

    int count() {
        return count;
    }

    int copied(int index) {
        return copied[index];
    }

    long from(int index) {
        return from[index];
    }

    int inserted(int index) {
        return inserted[index];
    }
}

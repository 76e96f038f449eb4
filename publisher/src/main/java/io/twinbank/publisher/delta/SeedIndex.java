// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher.delta;

import java.util.function.LongConsumer;

/**
 * Where in the old image eight bytes are found: its places sorted by a hash, those of one hash in their order. Of a large image only
 * every second, fourth … place, so that it never takes more than 192 MiB.
 */
final class SeedIndex {
    static final int SEED_BYTES = 8;
    private static final int MAX_PLACES = 1 << 25;
    private static final int MAX_HASH_BITS = 24;
    private static final int STEP = 1 << 20;
    private final int placeShift;
    private final int hashShift;
    private final int[] begins;
    private final int[] places;

    /**
     * Makes one.
     *
     * @param old the old image
     * @param progress is told of how many bytes it has seen, up to twice the image
     */
    SeedIndex(MappedImage old, LongConsumer progress) {
        long seeds = Math.max(0, old.sizeBytes() - SEED_BYTES + 1);
        int shift = 0;
        while (seeds >>> shift > MAX_PLACES) {
            shift++;
        }
        placeShift = shift;
        int count = seeds == 0 ? 0 : (int) (((seeds - 1) >>> shift) + 1);
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(count);
        hashShift = Long.SIZE - Math.max(1, Math.min(MAX_HASH_BITS, bits));
        begins = new int[(1 << (Long.SIZE - hashShift)) + 1];
        places = new int[count];
        for (int i = 0; i < count; i++) {
            begins[hash(old.word(place(i)))]++;
            tell(progress, i, 0);
        }
        for (int i = 1; i < begins.length; i++) {
            begins[i] += begins[i - 1];
        }
        for (int i = count - 1; i >= 0; i--) {
            places[--begins[hash(old.word(place(i)))]] = i;
            tell(progress, count - i, old.sizeBytes());
        }
    }

    private void tell(LongConsumer progress, int done, long before) {
        if (done % STEP == 0) {
            progress.accept(before + place(done));
        }
    }

    private long place(int sampled) {
        return (long) sampled << placeShift;
    }

    int hash(long seed) {
        return (int) ((seed * 0x9E37_79B9_7F4A_7C15L) >>> hashShift);
    }

    /** The first entry of a hash; the next hash's is where its entries end. */
    int begin(int hash) {
        return begins[hash];
    }

    /** The place of an entry. */
    long placeOf(int entry) {
        return place(places[entry]);
    }

    /** The first of the entries, which are in the order of their places, that isn't before a place. */
    int firstFrom(long place, int begin, int end) {
        int low = begin;
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (placeOf(middle) < place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}

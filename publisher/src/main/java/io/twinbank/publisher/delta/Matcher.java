// SPDX-License-Identifier: Apache-2.0
package io.twinbank.publisher.delta;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds what of the old image a piece of the new one resembles: the scan of bsdiff (Colin Percival), with an index of seeds in place of a
 * suffix array. A copy goes on through differences as long as half of what it covers is the same; another place takes its place where
 * that has {@value #BETTER} equal bytes more.
 */
final class Matcher {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BETTER = 8;
    /** So many equal bytes are good enough not to look elsewhere. */
    private static final int ENOUGH = 32;
    /** Of so many places with the same hash, those nearest to where the copy would go on. */
    private static final int CANDIDATES = 16;
    /** A step back that has lost so much to differences isn't gone on with. */
    private static final int HOPELESS = 1 << 10;

    private final MappedImage old;
    private final SeedIndex index;
    private byte[] piece = new byte[0];
    private int size;
    private long found;

    Matcher(MappedImage old, SeedIndex index) {
        this.old = old;
        this.index = index;
    }

    /**
     * Finds instructions.
     *
     * @param bytes holds the piece
     * @param length how long the piece is
     * @param begin where in the new image it begins
     * @param to gets the instructions
     */
    void match(byte[] bytes, int length, long begin, Instructions to) {
        piece = bytes;
        size = length;
        int scan = 0;
        int longest = 0;
        int done = 0;
        long doneOld = begin;
        long shift = begin;
        while (scan < size) {
            int onward = 0;
            scan += longest;
            int counted = scan;
            for (; scan < size; scan++) {
                longest = search(scan, scan + shift);
                if (found == scan + shift && longest >= ENOUGH) {
                    onward = longest;
                    break;
                }
                for (; counted < scan + longest; counted++) {
                    onward += same(counted + shift, counted);
                }
                if ((longest == onward && longest != 0) || longest > onward + BETTER) {
                    break;
                }
                if (counted > scan) {
                    onward -= same(scan + shift, scan);
                } else {
                    counted = scan + 1;
                }
            }
            if (longest != onward || scan >= size) {
                int ahead = ahead(done, scan, doneOld);
                int back = scan < size ? back(done, scan, found) : 0;
                int overlap = done + ahead - (scan - back);
                if (overlap > 0) {
                    int kept = cut(done + ahead - overlap, doneOld + ahead - overlap, found - back, overlap);
                    ahead += kept - overlap;
                    back -= kept;
                }
                to.add(ahead, doneOld, scan - back - (done + ahead));
                done = scan - back;
                doneOld = found - back;
                shift = found - scan;
            }
        }
    }

    private int same(long place, int at) {
        return place >= 0 && place < old.sizeBytes() && old.at(place) == piece[at] ? 1 : 0;
    }

    /** The longest of the candidates; sets {@link #found}. */
    private int search(int at, long onward) {
        int best = length(onward, at);
        found = onward;
        if (best >= ENOUGH || at + SeedIndex.SEED_BYTES > size) {
            return best;
        }
        long seed = (long) WORD.get(piece, at);
        int hash = index.hash(seed);
        int begin = index.begin(hash);
        int end = index.begin(hash + 1);
        if (end - begin > CANDIDATES) {
            int near = index.firstFrom(onward, begin, end);
            begin = Math.max(begin, Math.min(near - CANDIDATES / 2, end - CANDIDATES));
            end = begin + CANDIDATES;
        }
        for (int i = begin; i < end; i++) {
            long place = index.placeOf(i);
            if (old.word(place) == seed) {
                int length = length(place, at);
                if (length > best || (length == best && Math.abs(place - onward) < Math.abs(found - onward))) {
                    best = length;
                    found = place;
                }
            }
        }
        return best;
    }

    /** How many bytes are the same. */
    private int length(long place, int at) {
        if (place < 0 || place >= old.sizeBytes()) {
            return 0;
        }
        int most = (int) Math.min(size - at, old.sizeBytes() - place);
        int length = 0;
        for (; length + Long.BYTES <= most; length += Long.BYTES) {
            long differing = (long) WORD.get(piece, at + length) ^ old.word(place + length);
            if (differing != 0) {
                return length + Long.numberOfTrailingZeros(differing) / Byte.SIZE;
            }
        }
        while (length < most && piece[at + length] == old.at(place + length)) {
            length++;
        }
        return length;
    }

    /** How far the copy before goes on into what lies between. */
    private int ahead(int from, int to, long place) {
        int best = 0;
        int bestScore = 0;
        int score = 0;
        for (int i = 0; from + i < to && place + i < old.sizeBytes(); ) {
            score += 2 * same(place + i, from + i) - 1;
            i++;
            if (score > bestScore) {
                bestScore = score;
                best = i;
            }
        }
        return best;
    }

    /** How far back the next copy reaches. */
    private int back(int from, int to, long place) {
        int best = 0;
        int bestScore = 0;
        int score = 0;
        for (int i = 1; to - i >= from && place - i >= 0 && score > bestScore - HOPELESS; i++) {
            score += 2 * same(place - i, to - i) - 1;
            if (score > bestScore) {
                bestScore = score;
                best = i;
            }
        }
        return best;
    }

    /** How much of an overlap the copy before keeps. */
    private int cut(int at, long before, long next, int overlap) {
        int best = 0;
        int bestScore = 0;
        int score = 0;
        for (int i = 0; i < overlap; i++) {
            score += same(before + i, at + i) - same(next + i, at + i);
            if (score > bestScore) {
                bestScore = score;
                best = i + 1;
            }
        }
        return best;
    }
}

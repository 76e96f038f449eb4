// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.index;

/**
 * A hash of a window of bytes that moves on by a byte in constant time: the sum of {@code t[byte] * FACTOR^(distance to the
 * window's end)} modulo 2^64, of which the upper half is the key. {@code t} are 256 values of SplitMix64 (docs/wire-format.md).
 */
final class BlockHash {
    private static final long FACTOR = 0x9e3779b97f4a7c15L;

    private final int windowBytes;
    private final long[] in = new long[256];
    private final long[] out = new long[256];

    BlockHash(int windowBytes) {
        this.windowBytes = windowBytes;
        long power = 1;
        for (int i = 0; i < windowBytes; i++) {
            power *= FACTOR;
        }
        for (int i = 0; i < in.length; i++) {
            in[i] = splitMix(i + 1);
            out[i] = in[i] * power;
        }
    }

    private static long splitMix(int n) {
        long z = n * FACTOR;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Hashes the window that begins at {@code at}. */
    long of(byte[] bytes, int at) {
        long hash = 0;
        for (int i = at; i < at + windowBytes; i++) {
            hash = hash * FACTOR + in[bytes[i] & 0xff];
        }
        return hash;
    }

    /** Moves on by a byte. */
    long roll(long hash, byte leaves, byte comes) {
        return hash * FACTOR + in[comes & 0xff] - out[leaves & 0xff];
    }

    static int key(long hash) {
        return (int) (hash >>> 32);
    }
}

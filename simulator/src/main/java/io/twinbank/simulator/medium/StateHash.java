// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A 128-bit hash of a state, for telling states apart, not against forgery: at a billion states the chance of one collision
 * is below 1 in 10^20.
 */
public final class StateHash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long K1 = 0x9e3779b97f4a7c15L;
    private static final long K2 = 0xd6e8feb86659fd93L;

    private long high = K1;
    private long low = K2;

    /** Makes a hash of nothing. */
    public StateHash() {}

    /**
     * A finished hash.
     *
     * @param high its upper 64 bits
     * @param low its lower 64 bits
     */
    public record Key(long high, long low) {
        @Override
        public int hashCode() {
            return (int) low;
        }

        @Override
        public String toString() {
            return String.format("%016x%016x", high, low);
        }
    }

    /**
     * Adds a number.
     *
     * @param value any
     */
    public void add(long value) {
        high = mix(high ^ value, K1);
        low = mix(low + value, K2) ^ high;
    }

    /**
     * Adds a text.
     *
     * @param text any
     */
    public void add(String text) {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds bytes and their number.
     *
     * @param bytes any
     */
    public void add(byte[] bytes) {
        int at = 0;
        long h = high;
        long l = low;
        for (; at + 16 <= bytes.length; at += 16) {
            long a = (long) LONGS.get(bytes, at);
            long b = (long) LONGS.get(bytes, at + 8);
            h = fold(a ^ K1, b ^ h);
            l = fold(b ^ K2, a ^ l) + h;
        }
        high = h;
        low = l;
        long rest = bytes.length;
        for (; at < bytes.length; at++) {
            rest = (rest << 8) | (bytes[at] & 0xff);
        }
        add(rest);
        add(bytes.length);
    }

    /**
     * Adds a finished hash.
     *
     * @param key any
     */
    public void add(Key key) {
        add(key.high());
        add(key.low());
    }

    /**
     * Finishes.
     *
     * @return the hash of what was added; more can be added afterwards
     */
    public Key key() {
        return new Key(mix(high, K2), mix(low, K1));
    }

    private static long mix(long value, long factor) {
        long folded = fold(value ^ factor, factor);
        return folded ^ folded >>> 29;
    }

    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ (a * b);
    }
}

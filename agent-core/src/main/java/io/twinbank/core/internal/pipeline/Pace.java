// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

/**
 * How large the next chunk is: large where bytes come fast, because each chunk costs a change of threads; small where they
 * come slowly, because progress and checkpoints come by the chunk.
 */
final class Pace {
    private static final long FAST_NANOS = 50_000_000;
    private static final long SLOW_NANOS = 1_000_000_000;
    private static final int FIRST_BYTES = 128 << 10;

    private final Layout layout;
    private int units;
    private long before;

    Pace(Layout layout, long nowNanos) {
        this.layout = layout;
        this.units = Math.max(1, FIRST_BYTES / layout.unitBytes());
        this.before = nowNanos;
    }

    int chunkBytes() {
        return (int) Math.min(layout.chunkBytes(), (long) units * layout.unitBytes());
    }

    /** Hears that a whole chunk came in. */
    void arrived(long nowNanos) {
        long took = nowNanos - before;
        before = nowNanos;
        if (took < FAST_NANOS && chunkBytes() < layout.chunkBytes()) {
            units *= 2;
        } else if (took > SLOW_NANOS) {
            units = Math.max(1, units / 2);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

/** Says when the next bytes may be asked for, so that on average no more come than a limit allows. Nothing is saved up while idle. */
final class Limiter {
    /** The network is busy for no longer than a quarter of a second at a time, unless a unit of the bank is more than that. */
    private static final int CHUNKS_PER_SECOND = 4;

    private static final long SECOND_NANOS = 1_000_000_000;

    private final long bytesPerSecond;
    private long nextNanos;

    /**
     * Makes a limiter.
     *
     * @param bytesPerSecond 0 for no limit
     * @param nowNanos the time
     */
    Limiter(long bytesPerSecond, long nowNanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.nextNanos = nowNanos;
    }

    /** How long nothing may be asked for, in nanoseconds. */
    long waitNanos(long nowNanos) {
        return bytesPerSecond == 0 ? 0 : Math.max(0, nextNanos - nowNanos);
    }

    /** How large a chunk may be: whole units, at least one. */
    long chunkBytes(int unitBytes) {
        return bytesPerSecond == 0
                ? Long.MAX_VALUE
                : Math.max(1, bytesPerSecond / CHUNKS_PER_SECOND / unitBytes) * unitBytes;
    }

    /** Hears that bytes are asked for, or that more came than were. */
    void spend(long bytes, long nowNanos) {
        if (bytesPerSecond > 0) {
            nextNanos = Math.max(nextNanos, nowNanos)
                    + bytes / bytesPerSecond * SECOND_NANOS
                    + bytes % bytesPerSecond * SECOND_NANOS / bytesPerSecond;
        }
    }
}

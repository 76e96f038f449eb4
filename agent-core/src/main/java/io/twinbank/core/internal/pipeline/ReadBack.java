// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Hashes the begin of a bank from the medium and compares, a slice a task, so that the agent hears of a cancel meanwhile.
 * Everything runs on the agent's lane.
 */
public final class ReadBack {
    private static final long SLICE_BYTES = 4 << 20;

    /** Who is told; called on the agent's lane, never after {@link #stop()}. */
    public interface Listener {
        /**
         * A slice was read.
         *
         * @param done how many bytes so far
         * @param total of how many
         */
        void progress(long done, long total);

        /**
         * Everything was read.
         *
         * @param matches whether the hash is the expected one
         * @param found the hash
         */
        void done(boolean matches, byte[] found);

        /**
         * Not every byte could be read.
         *
         * @param fault the device's fault
         */
        void failed(HalException fault);
    }

    private final Scheduler scheduler;
    private final FlashBank bank;
    private final long sizeBytes;
    private final Digest expected;
    private final Listener listener;
    private final MessageDigest digest;
    private final ByteBuffer buffer;
    private long done;
    private boolean stopped;

    /**
     * Makes a read-back.
     *
     * @param scheduler runs it
     * @param bank the bank
     * @param sizeBytes how many bytes to read
     * @param expected what they should hash to
     * @param listener who is told
     */
    public ReadBack(Scheduler scheduler, FlashBank bank, long sizeBytes, Digest expected, Listener listener) {
        this(scheduler, bank, sizeBytes, expected, expected.newMessageDigest(), listener);
    }

    /** Makes a read-back whose digest goes on hashing afterwards. */
    ReadBack(
            Scheduler scheduler,
            FlashBank bank,
            long sizeBytes,
            Digest expected,
            MessageDigest digest,
            Listener listener) {
        this.scheduler = scheduler;
        this.bank = bank;
        this.sizeBytes = sizeBytes;
        this.expected = expected;
        this.listener = listener;
        this.digest = digest;
        this.buffer = BankDigest.newBuffer(sizeBytes);
    }

    /** Begins; returns at once. */
    public void start() {
        scheduler.execute(Scheduler.Lane.AGENT, this::slice);
    }

    /** Stops, on the agent's lane. Idempotent. */
    public void stop() {
        stopped = true;
    }

    private void slice() {
        if (stopped) {
            return;
        }
        try {
            long to = Math.min(sizeBytes, done + SLICE_BYTES);
            BankDigest.update(bank, done, to, digest, buffer);
            done = to;
        } catch (HalException fault) {
            stopped = true;
            listener.failed(fault);
            return;
        }
        listener.progress(done, sizeBytes);
        if (stopped) {
            return;
        }
        if (done < sizeBytes) {
            start();
            return;
        }
        stopped = true;
        byte[] found = Hashes.soFar(digest);
        listener.done(expected.matches(found), found);
    }
}

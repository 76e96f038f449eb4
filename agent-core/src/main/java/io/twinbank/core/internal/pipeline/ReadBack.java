// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.core.spi.Scheduler;
import io.twinbank.core.spi.Scheduler.Lane;
import io.twinbank.core.suit.Digest;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Hashes the begin of a bank from the medium and compares. The agent's lane reads into a few buffers in turn, a task each, so
 * that it hears of a cancel meanwhile; the hash lane hashes them.
 */
public final class ReadBack {
    private static final int BUFFERS = 4;

    /** Who is told; called on the agent's lane, never after {@link #stop()}. */
    public interface Listener {
        /**
         * Bytes were read and hashed.
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
    private final MessageDigest digest;
    private final Listener listener;
    private final byte[] piece;
    private long asked;
    private long done;
    private long told;
    private boolean over;

    /**
     * Makes a read-back.
     *
     * @param scheduler runs it
     * @param bank the bank
     * @param sizeBytes how many bytes to read, at least 1
     * @param expected what they should hash to
     * @param listener who is told
     */
    public ReadBack(Scheduler scheduler, FlashBank bank, long sizeBytes, Digest expected, Listener listener) {
        this(scheduler, bank, sizeBytes, expected, expected.newMessageDigest(), listener);
    }

    /** Makes a read-back whose digest goes on hashing afterwards, on the hash lane. */
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
        this.digest = digest;
        this.listener = listener;
        this.piece = Hashes.newPiece(sizeBytes);
    }

    /** Begins; returns at once. */
    public void start() {
        for (int i = 0; i < BUFFERS; i++) {
            scheduler.execute(Lane.AGENT, () -> {
                if (!over && asked < sizeBytes) {
                    read(BankDigest.newBuffer(sizeBytes));
                }
            });
        }
    }

    /** Stops, on the agent's lane. Idempotent. */
    public void stop() {
        over = true;
    }

    private void read(ByteBuffer buffer) {
        try {
            BankDigest.read(bank, asked, sizeBytes, buffer);
        } catch (HalException fault) {
            over = true;
            listener.failed(fault);
            return;
        }
        int length = buffer.remaining();
        asked += length;
        scheduler.execute(Lane.HASH, () -> {
            Hashes.update(digest, buffer, piece);
            scheduler.execute(Lane.AGENT, () -> hashed(buffer, length));
        });
    }

    private void hashed(ByteBuffer buffer, int length) {
        if (over) {
            return;
        }
        done += length;
        if (Layout.isNoticeable(told, done, sizeBytes)) {
            told = done;
            listener.progress(done, sizeBytes);
        }
        if (over) {
            return;
        }
        if (done == sizeBytes) {
            over = true;
            byte[] found = Hashes.soFar(digest);
            listener.done(expected.matches(found), found);
        } else if (asked < sizeBytes) {
            read(buffer);
        }
    }
}

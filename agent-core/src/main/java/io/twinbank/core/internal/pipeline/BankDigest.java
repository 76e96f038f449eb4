// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Hashes what a bank's medium holds. */
public final class BankDigest {
    private static final int READ_BYTES = 256 << 10;

    /** A bit that one read can't correct the next one often can; more reads only disturb the cells. */
    private static final int READ_ATTEMPTS = 3;

    private BankDigest() {}

    /**
     * Hashes the begin of a bank at one go.
     *
     * @param bank the bank
     * @param sizeBytes how many bytes
     * @param digest computes the hash; reset afterwards
     * @return the hash
     * @throws HalException if not every byte could be read
     */
    public static byte[] of(FlashBank bank, long sizeBytes, MessageDigest digest) throws HalException {
        ByteBuffer buffer = newBuffer(sizeBytes);
        byte[] piece = Hashes.newPiece(sizeBytes);
        for (long at = 0; at < sizeBytes; at += buffer.limit()) {
            read(bank, at, sizeBytes, buffer);
            Hashes.update(digest, buffer, piece);
        }
        return digest.digest();
    }

    static ByteBuffer newBuffer(long sizeBytes) {
        return Buffers.of((int) Math.min(READ_BYTES, sizeBytes), sizeBytes);
    }

    /** Reads as much as there is room for, again where a fault passes, and leaves it between the buffer's position and limit. */
    static void read(FlashBank bank, long at, long sizeBytes, ByteBuffer buffer) throws HalException {
        int length = (int) Math.min(buffer.capacity(), sizeBytes - at);
        for (int attempt = 1; ; attempt++) {
            buffer.clear().limit(length);
            try {
                bank.read(at, buffer);
                buffer.flip();
                return;
            } catch (HalException fault) {
                if (attempt == READ_ATTEMPTS) {
                    throw fault;
                }
            }
        }
    }
}

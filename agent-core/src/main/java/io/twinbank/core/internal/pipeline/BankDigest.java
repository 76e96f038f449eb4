// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Hashes what a bank's medium holds. */
public final class BankDigest {
    /** Larger reads gain nothing (measured), smaller ones cost. */
    private static final int READ_BYTES = 256 << 10;

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
        update(bank, 0, sizeBytes, digest, newBuffer(sizeBytes));
        return digest.digest();
    }

    static ByteBuffer newBuffer(long sizeBytes) {
        return ByteBuffer.allocate((int) Math.min(READ_BYTES, sizeBytes));
    }

    static void update(FlashBank bank, long from, long to, MessageDigest digest, ByteBuffer buffer)
            throws HalException {
        for (long at = from; at < to; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), to - at));
            bank.read(at, buffer);
            digest.update(buffer.flip());
        }
    }
}

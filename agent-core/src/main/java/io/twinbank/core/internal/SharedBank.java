// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;

/**
 * A bank whose callers take turns: the agent's thread writes one bank while the fetch thread reads what a delta needs of the other. The
 * two banks don't wait for each other. Nothing of its own: whoever has the board's bank wrapped takes turns with all others who have.
 */
final class SharedBank implements FlashBank {
    private final FlashBank bank;

    SharedBank(FlashBank bank) {
        this.bank = bank;
    }

    @Override
    public FlashGeometry geometry() {
        return bank.geometry();
    }

    @Override
    public boolean resumable() {
        return bank.resumable();
    }

    @Override
    public void begin(long length) throws HalException {
        synchronized (bank) {
            bank.begin(length);
        }
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        synchronized (bank) {
            bank.read(offset, dst);
        }
    }

    @Override
    public void erase(long offset, long length) throws HalException {
        synchronized (bank) {
            bank.erase(offset, length);
        }
    }

    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        synchronized (bank) {
            bank.write(offset, src);
        }
    }

    @Override
    public void sync() throws HalException {
        synchronized (bank) {
            bank.sync();
        }
    }

    @Override
    public void end() throws HalException {
        synchronized (bank) {
            bank.end();
        }
    }
}

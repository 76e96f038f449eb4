// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;

/** A bank that hands every call on: what a bug overrides. */
class ForwardingBank implements FlashBank {
    final FlashBank bank;

    ForwardingBank(FlashBank bank) {
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
        bank.begin(length);
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        bank.read(offset, dst);
    }

    @Override
    public void erase(long offset, long length) throws HalException {
        bank.erase(offset, length);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        bank.write(offset, src);
    }

    @Override
    public void sync() throws HalException {
        bank.sync();
    }

    @Override
    public void end() throws HalException {
        bank.end();
    }
}

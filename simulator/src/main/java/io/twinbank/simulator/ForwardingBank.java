// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;

/** A bank that hands every call on: what a subclass watches, or does otherwise, it overrides. */
public class ForwardingBank implements FlashBank {
    /** The bank behind this one. */
    protected final FlashBank bank;

    /**
     * Makes a bank that is like another one.
     *
     * @param bank the other one
     */
    protected ForwardingBank(FlashBank bank) {
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

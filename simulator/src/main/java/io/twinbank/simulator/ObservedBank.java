// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/** A bank whose calls are watched. */
final class ObservedBank implements FlashBank {
    private final BankId id;
    private final FlashBank bank;
    private final Supplier<BoardObserver> observer;

    ObservedBank(BankId id, FlashBank bank, Supplier<BoardObserver> observer) {
        this.id = id;
        this.bank = bank;
        this.observer = observer;
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
        int length = dst.remaining();
        bank.read(offset, dst);
        observer.get().read(id, offset, length);
    }

    @Override
    public void erase(long offset, long length) throws HalException {
        observer.get().changes(id);
        bank.erase(offset, length);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        observer.get().changes(id);
        bank.write(offset, src);
    }

    @Override
    public void sync() throws HalException {
        bank.sync();
        observer.get().synced(id);
    }

    @Override
    public void end() throws HalException {
        bank.end();
    }
}

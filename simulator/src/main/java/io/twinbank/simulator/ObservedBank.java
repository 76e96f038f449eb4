// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/** A bank whose calls are watched. */
final class ObservedBank extends ForwardingBank {
    private final BankId id;
    private final Supplier<BoardObserver> observer;

    ObservedBank(BankId id, FlashBank bank, Supplier<BoardObserver> observer) {
        super(bank);
        this.id = id;
        this.observer = observer;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        int length = dst.remaining();
        super.read(offset, dst);
        observer.get().read(id, offset, length);
    }

    @Override
    public void begin(long length) throws HalException {
        observer.get().begins(id);
        super.begin(length);
    }

    @Override
    public void erase(long offset, long length) throws HalException {
        observer.get().changes(id);
        observer.get().erases(id, offset, length);
        super.erase(offset, length);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        observer.get().changes(id);
        super.write(offset, src);
    }

    @Override
    public void sync() throws HalException {
        super.sync();
        observer.get().synced(id);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/** A bank, or a partition of it, whose calls are watched. */
final class ObservedBank extends ForwardingBank {
    private final BankId id;
    private final Supplier<BoardObserver> observer;
    private final Knowledge knowledge;
    private final long imageFrom;
    private final long bankFrom;

    ObservedBank(BankId id, BoardBank bank, Supplier<BoardObserver> observer, Knowledge knowledge) {
        this(id, bank, observer, knowledge, 0, 0);
    }

    ObservedBank(BankId id, Partition partition, Supplier<BoardObserver> observer, Knowledge knowledge) {
        this(id, partition, observer, knowledge, partition.imageFrom(), partition.bankFrom());
    }

    private ObservedBank(
            BankId id,
            FlashBank bank,
            Supplier<BoardObserver> observer,
            Knowledge knowledge,
            long imageFrom,
            long bankFrom) {
        super(bank);
        this.id = id;
        this.observer = observer;
        this.knowledge = knowledge;
        this.imageFrom = imageFrom;
        this.bankFrom = bankFrom;
    }

    @Override
    public void begin(long length) throws HalException {
        observer.get().begins(id);
        knowledge.doing(() -> super.begin(length));
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws HalException {
        ByteBuffer read = dst.duplicate();
        knowledge.doing(() -> super.read(offset, dst));
        observer.get().read(id, imageFrom + offset, read.remaining());
        if (knowledge.isWanted()) {
            byte[] bytes = new byte[read.remaining()];
            read.get(bytes);
            knowledge.learn(bytes);
        }
    }

    @Override
    public void erase(long offset, long length) throws HalException {
        observer.get().changes(id);
        observer.get().erases(id, bankFrom + offset, length);
        knowledge.doing(() -> super.erase(offset, length));
    }

    @Override
    public void write(long offset, ByteBuffer src) throws HalException {
        observer.get().changes(id);
        observer.get().writes(id, imageFrom + offset, src.asReadOnlyBuffer());
        knowledge.doing(() -> super.write(offset, src));
    }

    @Override
    public void sync() throws HalException {
        knowledge.doing(super::sync);
        observer.get().synced(id);
    }

    @Override
    public void end() throws HalException {
        knowledge.doing(super::end);
    }
}

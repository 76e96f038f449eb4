// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Touches;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A storage whose banks are cut into a kernel and a root file system. */
final class PartitionedStorage implements Storage {
    private final Storage storage;
    private final Map<BankId, PartitionedBank> banks = new EnumMap<>(BankId.class);

    PartitionedStorage(Storage storage, FlashGeometry kernel, long kernelBytes) {
        this.storage = storage;
        for (BankId id : BankId.values()) {
            banks.put(id, new PartitionedBank(storage.bank(id), kernel, kernelBytes));
        }
    }

    @Override
    public PartitionedBank bank(BankId id) {
        return Objects.requireNonNull(banks.get(id));
    }

    @Override
    public BoardRecords records() {
        return storage.records();
    }

    @Override
    public Region variables() {
        return storage.variables();
    }

    @Override
    public Optional<BoardCounter> counter(CounterId id, long end, LongConsumer witness) {
        return storage.counter(id, end, witness);
    }

    @Override
    public Optional<Region> region(Part part) {
        return storage.region(part);
    }

    @Override
    public Optional<Medium> chip() {
        return storage.chip();
    }

    @Override
    public @Nullable Touches touches() {
        return storage.touches();
    }

    @Override
    public List<Survival> survivals() {
        return storage.survivals();
    }

    @Override
    public void losePower(Survival survival) throws HalException {
        storage.losePower(survival);
    }

    @Override
    public boolean keepsNothing() {
        return storage.keepsNothing();
    }

    @Override
    public Object save() {
        return storage.save();
    }

    @Override
    public void restore(Object state) {
        storage.restore(state);
    }

    @Override
    public void addTo(StateHash hash) {
        storage.addTo(hash);
    }

    @Override
    public void close() {
        storage.close();
    }
}

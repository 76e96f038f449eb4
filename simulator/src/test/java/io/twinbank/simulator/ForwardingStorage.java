// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Survival;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Storage that hands every call on: what a flaw overrides. */
public class ForwardingStorage implements Storage {
    protected final Storage storage;

    protected ForwardingStorage(Storage storage) {
        this.storage = storage;
    }

    /** A profile whose storage has a flaw. */
    public static Profile in(Profile sound, UnaryOperator<Storage> flaw) {
        return new ForwardingProfile(sound) {
            @Override
            public Storage make(FlashGeometry geometry, Predicate<BankId> isRunning, OperationLog log)
                    throws HalException {
                return flaw.apply(super.make(geometry, isRunning, log));
            }
        };
    }

    /** A profile that is like another one. */
    public static class ForwardingProfile implements Profile {
        private final Profile profile;

        protected ForwardingProfile(Profile profile) {
            this.profile = profile;
        }

        @Override
        public String name() {
            return profile.name();
        }

        @Override
        public String description() {
            return profile.description();
        }

        @Override
        public FlashGeometry bank(long imageBytes) {
            return profile.bank(imageBytes);
        }

        @Override
        public boolean honest() {
            return profile.honest();
        }

        @Override
        public Storage make(FlashGeometry geometry, Predicate<BankId> isRunning, OperationLog log) throws HalException {
            return profile.make(geometry, isRunning, log);
        }
    }

    @Override
    public BoardBank bank(BankId id) {
        return storage.bank(id);
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
    public List<Survival> survivals() {
        return storage.survivals();
    }

    @Override
    public void losePower(Survival survival) throws HalException {
        storage.losePower(survival);
    }

    @Override
    public Object save() {
        return storage.save();
    }

    @Override
    public void restore(Object saved) {
        storage.restore(saved);
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

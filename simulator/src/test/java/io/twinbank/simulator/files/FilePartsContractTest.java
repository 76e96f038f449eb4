// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.files;

import io.twinbank.hal.BankId;
import io.twinbank.hal.CounterId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.MonotonicCounter;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.contract.CounterContract;
import io.twinbank.hal.contract.FlashBankContract;
import io.twinbank.hal.contract.StateStoreContract;
import io.twinbank.simulator.medium.Survival;
import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The shipped parts keep their promises on a file system that keeps no more of its own than it must. */
class FilePartsContractTest {
    abstract static class Bank extends FlashBankContract {
        private final FileProfile profile;
        private FileBench bench;

        Bank(FileProfile profile) {
            this.profile = profile;
        }

        @Override
        protected FlashBank newBank() throws IOException {
            bench = new FileBench(profile);
            return bench.storage.bank(BankId.B);
        }

        @Override
        protected FlashBank newRunningBank() {
            return bench.storage.bank(BankId.A);
        }

        @Override
        protected FlashBank reopen(FlashBank old) throws IOException {
            bench.cutPower(Survival.NONE);
            return old;
        }
    }

    abstract static class Store extends StateStoreContract {
        private final FileProfile profile;
        private FileBench bench;

        Store(FileProfile profile) {
            this.profile = profile;
        }

        @Override
        protected StateStore newStore() throws IOException {
            bench = new FileBench(profile);
            return bench.storage.records();
        }

        @Override
        protected StateStore reopen(StateStore old) throws IOException {
            bench.cutPower(Survival.NONE);
            return old;
        }
    }

    abstract static class Counter extends CounterContract {
        private final FileProfile profile;
        private FileBench bench;

        Counter(FileProfile profile) {
            this.profile = profile;
        }

        @Override
        protected MonotonicCounter newCounter() throws IOException {
            bench = new FileBench(profile);
            return bench.storage
                    .counter(CounterId.TRUST_VERSION, 8, value -> {})
                    .orElseThrow();
        }

        @Override
        protected MonotonicCounter reopen(MonotonicCounter old) throws IOException {
            bench.cutPower(Survival.NONE);
            return old;
        }
    }

    @Nested
    class BankOnExt4 extends Bank {
        BankOnExt4() {
            super(FileProfile.ext4());
        }
    }

    @Nested
    class BankOnFat extends Bank {
        BankOnFat() {
            super(FileProfile.fat());
        }
    }

    @Nested
    class StoreOnExt4 extends Store {
        StoreOnExt4() {
            super(FileProfile.ext4());
        }
    }

    @Nested
    class StoreOnFat extends Store {
        StoreOnFat() {
            super(FileProfile.fat());
        }
    }

    @Nested
    class CounterOnExt4 extends Counter {
        CounterOnExt4() {
            super(FileProfile.ext4());
        }
    }

    @Nested
    class CounterOnFat extends Counter {
        CounterOnFat() {
            super(FileProfile.fat());
        }
    }
}

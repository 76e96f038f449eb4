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
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped parts keep their promises on a file system that keeps no more of its own than it must. */
@ParameterizedClass
@MethodSource("profiles")
class FilePartsContractTest {
    private final FileProfile profile;

    FilePartsContractTest(FileProfile profile) {
        this.profile = profile;
    }

    static List<FileProfile> profiles() {
        return List.of(FileProfile.ext4(), FileProfile.fat());
    }

    @Nested
    class Bank extends FlashBankContract {
        private FileBench bench;

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

    @Nested
    class Store extends StateStoreContract {
        private FileBench bench;

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

    @Nested
    class Counter extends CounterContract {
        private FileBench bench;

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
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.StateStore;
import io.twinbank.hal.contract.StateStoreContract;
import io.twinbank.simulator.profile.Profiles;
import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** The reference store on every kind of medium. */
class FlashRecordsContractTest {
    abstract static class OnProfile extends StateStoreContract {
        private final String profile;
        private SimulatedBoard board;

        OnProfile(String profile) {
            this.profile = profile;
        }

        @Override
        protected StateStore newStore() throws IOException {
            Bench bench = new Bench();
            board = bench.board().profile(Profiles.named(profile)).build();
            Bench.install(board, BankId.A, bench.image(1));
            board.boot();
            return board.stateStore();
        }

        @Override
        protected StateStore reopen(StateStore old) throws IOException {
            board.cutPower();
            board.boot();
            return old;
        }
    }

    @Nested
    class OnNor extends OnProfile {
        OnNor() {
            super("nor-w25q128jv");
        }
    }

    @Nested
    class OnEmmc extends OnProfile {
        OnEmmc() {
            super("emmc-klm8g1getf-4k");
        }
    }

    @Nested
    class OnSmallPages extends OnProfile {
        OnSmallPages() {
            super("mcu-stm32l4");
        }
    }

    @Nested
    class OnLargeSectors extends OnProfile {
        OnLargeSectors() {
            super("mcu-stm32h7");
        }
    }

    @Nested
    class OnNand extends OnProfile {
        OnNand() {
            super("nand-w25n01gv");
        }
    }

    @Nested
    class OnPairedPages extends OnProfile {
        OnPairedPages() {
            super("nand-mlc-k9g8g08");
        }
    }
}

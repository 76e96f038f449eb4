// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.contract.FlashBankContract;
import io.twinbank.simulator.profile.Profiles;
import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** A bank of four erase units on every kind of medium. */
class ProfileBankContractTest {
    abstract static class OnProfile extends FlashBankContract {
        private final Profile profile;
        private SimulatedBoard board;

        OnProfile(String name) {
            profile = Profiles.named(name);
        }

        @Override
        protected FlashBank newBank() throws IOException {
            Bench bench = new Bench();
            board = bench.board()
                    .profile(profile)
                    .imageBytes(4L * profile.bank(1).eraseSizeBytes())
                    .build();
            Bench.install(board, BankId.A, bench.image(1));
            board.boot();
            return board.bank(BankId.B, SimulatedBoard.COMPONENT);
        }

        @Override
        protected FlashBank newRunningBank() {
            return board.bank(BankId.A, SimulatedBoard.COMPONENT);
        }

        @Override
        protected FlashBank reopen(FlashBank old) throws IOException {
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

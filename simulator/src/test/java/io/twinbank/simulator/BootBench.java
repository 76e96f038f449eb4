// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.BootStatus;
import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.boot.SimImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A board with a boot loader under test: bank A is permanent, bank B holds an image that loads as well. */
final class BootBench {
    static final List<Profile> MEDIA = List.of(new NorChip(256), IdealChip.losing());

    private static final Bench KEYS = new Bench();
    private static final byte[] IMAGE = KEYS.image(new SimImage.Spec("1.1", 1, Behaviour.WORKS), 100);

    final SimulatedBoard board;

    BootBench(BootLoader.Factory loader, Profile medium) throws IOException {
        board = KEYS.board()
                .profile(medium)
                .geometry(medium.bank(8192))
                .loader(loader)
                .build();
        Bench.install(board, BankId.B, IMAGE);
        Bench.install(board, BankId.A, IMAGE);
    }

    BankId boot() throws IOException {
        return assertInstanceOf(BootResult.Booted.class, board.boot()).bank();
    }

    BootControl control() {
        return board.bootControl();
    }

    BootStatus status() throws IOException {
        return control().status();
    }

    void spoil(BankId bank) throws IOException {
        board.bankOf(bank).poke(0, ByteBuffer.allocate(1));
    }
}

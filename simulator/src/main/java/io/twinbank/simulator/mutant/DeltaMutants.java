// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.ForwardingBank;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.boot.SimImage;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** Bugs in how an image is made of what the device holds already. */
final class DeltaMutants {
    private DeltaMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M116",
                        "after a reset a delta isn't begun again at its group's first frame",
                        Set.of("S20"),
                        Mode.SINGLE,
                        () -> Stages.ideal("delta"),
                        sound -> FrameMutants.goesOnAt(
                                sound, offset -> offset + sound.scenario().frameBytes() / 2)),
                new Mutant(
                        "M117",
                        "what a delta gives isn't compared with its frame's checksum",
                        Set.of("S20"),
                        Mode.QUIET,
                        () -> Stages.ideal("delta"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new Damaged(bank)))),
                new Mutant(
                        "M118",
                        "the bank that is written is taken for what a delta is from",
                        Set.of("L5"),
                        Mode.QUIET,
                        () -> Stages.ideal("delta"),
                        DeltaMutants::readsTheOther),
                new Mutant(
                        "M119",
                        "blocks of an index are looked for in the bank that is written alone",
                        Set.of("L5"),
                        Mode.QUIET,
                        () -> Stages.ideal("indexed"),
                        DeltaMutants::readsTheOther));
    }

    private static Setting readsTheOther(Setting sound) {
        return sound.with(Bugs.banks((board, id, bank) ->
                id == BankId.A ? new Other(bank, board.bank(BankId.B, SimulatedBoard.COMPONENT)) : bank));
    }

    /** Writes what comes of an old image of which a bit has flipped, in what is copied from it. */
    private static final class Damaged extends ForwardingBank {
        private static final int COPIED = SimImage.HEADER_BYTES + 7;

        Damaged(FlashBank bank) {
            super(bank);
        }

        @Override
        public void write(long offset, ByteBuffer src) throws HalException {
            ByteBuffer damaged = ByteBuffer.allocate(src.remaining()).put(src).flip();
            if (offset <= COPIED && COPIED < offset + damaged.remaining()) {
                int at = (int) (COPIED - offset);
                damaged.put(at, (byte) (damaged.get(at) ^ 1));
            }
            super.write(offset, damaged);
        }
    }

    /** Reads from another bank, but for what was written since the begin. */
    private static final class Other extends ForwardingBank {
        private final FlashBank other;
        private boolean begun;

        Other(FlashBank bank, FlashBank other) {
            super(bank);
            this.other = other;
        }

        @Override
        public void begin(long length) throws HalException {
            begun = true;
            super.begin(length);
        }

        @Override
        public void read(long offset, ByteBuffer dst) throws HalException {
            if (begun) {
                super.read(offset, dst);
            } else {
                other.read(offset, dst);
            }
        }
    }
}

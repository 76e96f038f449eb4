// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl;
import io.twinbank.hal.ComponentId;
import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import io.twinbank.hal.Platform;
import io.twinbank.hal.StateKey;
import io.twinbank.hal.StateStore;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.medium.BoardStop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Bugs in how banks are erased, written and read. */
final class BankMutants {
    private BankMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M07",
                        "what is verified is the download in RAM, not the bank",
                        Set.of("S6"),
                        Search.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new RememberingBank(bank, false)))),
                new Mutant(
                        "M08",
                        "an erase is left out where the cells read blank, though one may have been cut there",
                        Set.of("O-W1"),
                        Search.SINGLE,
                        () -> Stages.nor("update", "ideal"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new TrustsBlank(bank)))),
                new Mutant(
                        "M39",
                        "a driver writes less than it is given and says so, and nobody listens",
                        Set.of("L1"),
                        Search.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new ShortWrites(bank)))),
                new Mutant(
                        "M51",
                        "a bank that is in use stays in use for ever once its writer was cut",
                        Set.of("L1", "L4"),
                        Search.SINGLE,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new InUse(bank, board.stateStore())))),
                new Mutant(
                        "M56",
                        "the bank is invalidated after the first erase",
                        Set.of("O-W1"),
                        Search.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.platform(InvalidatesLate::new))));
    }

    /** Answers reads of what was written in this life from RAM. */
    static final class RememberingBank extends ForwardingBank {
        private final boolean readsAllTheSame;
        private byte[] written = new byte[0];

        RememberingBank(FlashBank bank, boolean readsAllTheSame) {
            super(bank);
            this.readsAllTheSame = readsAllTheSame;
        }

        @Override
        public void write(long offset, ByteBuffer src) throws HalException {
            if (offset == written.length) {
                byte[] longer = java.util.Arrays.copyOf(written, written.length + src.remaining());
                src.duplicate().get(longer, written.length, src.remaining());
                written = longer;
            }
            super.write(offset, src);
        }

        @Override
        public void read(long offset, ByteBuffer dst) throws HalException {
            int length = dst.remaining();
            boolean known = offset + length <= written.length;
            if (!known || readsAllTheSame) {
                super.read(offset, known ? ByteBuffer.allocate(length) : dst);
            }
            if (known) {
                dst.put(written, (int) offset, length);
            }
        }
    }

    private static final class TrustsBlank extends ForwardingBank {
        TrustsBlank(FlashBank bank) {
            super(bank);
        }

        @Override
        public void erase(long offset, long length) throws HalException {
            int unit = geometry().eraseSizeBytes();
            for (long at = offset; at < offset + length; at += unit) {
                if (!isBlank(at, unit)) {
                    super.erase(at, unit);
                }
            }
        }

        private boolean isBlank(long at, int unit) throws HalException {
            byte[] found = new byte[unit];
            read(at, ByteBuffer.wrap(found));
            for (byte cell : found) {
                if (cell != (byte) 0xff) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final class ShortWrites extends ForwardingBank {
        ShortWrites(FlashBank bank) {
            super(bank);
        }

        @Override
        public void write(long offset, ByteBuffer src) throws HalException {
            int unit = geometry().writeSizeBytes();
            super.write(offset, src.slice(src.position(), Math.max(unit, src.remaining() - unit)));
        }
    }

    /** Remembers durably that the bank is being written, where this agent keeps nothing else. */
    private static final class InUse extends ForwardingBank {
        private final StateStore store;

        InUse(FlashBank bank, StateStore store) {
            super(bank);
            this.store = store;
        }

        @Override
        public void begin(long length) throws HalException {
            if (store.load(StateKey.TRUST) instanceof StateStore.Found) {
                throw new HalException(HalException.Kind.LOCKED, "the bank is in use");
            }
            store.store(StateKey.TRUST, "in use".getBytes(StandardCharsets.US_ASCII));
            super.begin(length);
        }

        @Override
        public void end() throws HalException {
            super.end();
            store.delete(StateKey.TRUST);
        }
    }

    private static final class InvalidatesLate extends ForwardingPlatform {
        private boolean owed = false;

        InvalidatesLate(Platform board) {
            super(board);
        }

        @Override
        public BootControl bootControl() {
            return new ForwardingBoot(super.bootControl()) {
                @Override
                public void invalidate(BankId bank) {
                    owed = true;
                }
            };
        }

        @Override
        public FlashBank bank(BankId id, ComponentId component) {
            return new ForwardingBank(super.bank(id, component)) {
                @Override
                public void erase(long offset, long length) throws HalException {
                    super.erase(offset, length);
                    if (owed) {
                        owed = false;
                        InvalidatesLate.super.bootControl().invalidate(id);
                    }
                }
            };
        }
    }

    /** Tries again whatever went wrong, even if that was the power. */
    static final class NeverDies extends ForwardingBank {
        NeverDies(FlashBank bank) {
            super(bank);
        }

        @Override
        public void write(long offset, ByteBuffer src) throws HalException {
            try {
                super.write(offset, src.duplicate());
            } catch (BoardStop stop) {
                super.write(offset, src);
            }
        }
    }
}

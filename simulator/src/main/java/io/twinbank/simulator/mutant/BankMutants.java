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
import io.twinbank.simulator.ForwardingBank;
import io.twinbank.simulator.ForwardingBoot;
import io.twinbank.simulator.ForwardingPlatform;
import io.twinbank.simulator.VirtualScheduler;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.medium.BoardStop;
import io.twinbank.simulator.scenario.Scenarios;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Bugs in how banks are erased, written and read. */
final class BankMutants {
    /** The first holds the header, without which no boot loader takes an image for one. */
    private static final int TWO_BLOCKS = 8192;

    private BankMutants() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "M02",
                        "the bank isn't synced before it is verified and armed",
                        Set.of("S6"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new ForwardingBank(bank) {
                            @Override
                            public void sync() {
                                // left to whoever syncs next
                            }
                        }))),
                new Mutant(
                        "M06",
                        "a program that failed in silence isn't noticed, for the bank is read but not looked at",
                        Set.of("S2"),
                        Mode.IO_ERRORS,
                        () -> Stages.ideal(Scenarios.named("update").withImageBytes(TWO_BLOCKS), "uboot-unverified"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new RememberingBank(bank, true)))),
                new Mutant(
                        "M07",
                        "what is verified is the download in RAM, not the bank",
                        Set.of("S6"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new RememberingBank(bank, false)))),
                new Mutant(
                        "M92",
                        "of a bank with two components only the first is read back",
                        Set.of("S6"),
                        Mode.QUIET,
                        () -> Stages.ideal("partitions"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new RememberingBank(bank, false)))),
                new Mutant(
                        "M08",
                        "an erase is left out where the cells read blank, though one may have been cut there",
                        Set.of("O-W1"),
                        Mode.SINGLE,
                        () -> Stages.nor("update", "ideal"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new TrustsBlank(bank)))),
                new Mutant(
                        "M35",
                        "a read that can't be corrected is tried again for ever",
                        Set.of("L1"),
                        Mode.IO_ERRORS,
                        () -> Stages.small("update", "ideal"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new NeverGivesUp(bank)))),
                new Mutant(
                        "M38",
                        "the bank is read again and again, to see whether it is ready",
                        Set.of("O-R1"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new BusyPoll(bank)))),
                new Mutant(
                        "M39",
                        "a driver writes less than it is given and says so, and nobody listens",
                        Set.of("L1"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new ShortWrites(bank)))),
                new Mutant(
                        "M45",
                        "whatever a write throws is caught and the write tried again, even after the power is gone",
                        Set.of("DEATH"),
                        Mode.LINEAR,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new NeverDies(bank)))),
                new Mutant(
                        "M65",
                        "a block is erased twice, to be sure",
                        Set.of("O-W2"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new ForwardingBank(bank) {
                            @Override
                            public void erase(long offset, long length) throws HalException {
                                super.erase(offset, length);
                                super.erase(offset, length);
                            }
                        }))),
                new Mutant(
                        "M51",
                        "a bank that is in use stays in use for ever once its writer was cut",
                        Set.of("L1", "L4"),
                        Mode.SINGLE,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.banks((board, id, bank) -> new InUse(bank, board.stateStore())))),
                new Mutant(
                        "M56",
                        "the bank is invalidated after the first erase",
                        Set.of("O-W1"),
                        Mode.QUIET,
                        () -> Stages.ideal("update"),
                        sound -> sound.with(Bugs.platform(InvalidatesLate::new))));
    }

    /** Answers reads of what was written in this life from RAM. */
    private static final class RememberingBank extends ForwardingBank {
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

    private static final class BusyPoll extends ForwardingBank {
        private static final int TIMES = 1000;

        BusyPoll(FlashBank bank) {
            super(bank);
        }

        @Override
        public void read(long offset, ByteBuffer dst) throws HalException {
            for (int i = 1; i < TIMES; i++) {
                super.read(offset, dst.duplicate());
            }
            super.read(offset, dst);
        }
    }

    /** What fails three times in a row fails for ever, as far as a simulation goes. */
    private static final class NeverGivesUp extends ForwardingBank {
        private static final int FOR_EVER = 3;

        NeverGivesUp(FlashBank bank) {
            super(bank);
        }

        @Override
        public void read(long offset, ByteBuffer dst) throws HalException {
            for (int tries = 1; ; tries++) {
                try {
                    super.read(offset, dst);
                    return;
                } catch (HalException e) {
                    if (tries == FOR_EVER) {
                        throw new VirtualScheduler.Hang();
                    }
                }
            }
        }
    }

    /** Tries again whatever went wrong, even if that was the power. */
    private static final class NeverDies extends ForwardingBank {
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

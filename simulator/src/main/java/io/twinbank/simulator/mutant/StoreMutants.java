// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.mutant;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.simulator.explore.Mode;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.medium.CachedMedium;
import io.twinbank.simulator.medium.HeapCells;
import io.twinbank.simulator.medium.Medium;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.profile.PartProfile;
import io.twinbank.simulator.profile.PartProfile.Chip;
import io.twinbank.simulator.profile.PartProfile.Records;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.store.FlashRecords;
import io.twinbank.simulator.store.RecordCopy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Bugs in a store of records on raw storage. */
final class StoreMutants {
    private static final int ERASE_BYTES = 4096;

    private StoreMutants() {}

    static List<Mutant> all() {
        return List.of(
                on(Stages.NOR, "M12", "a record has one copy, which is erased in place", Mode.SINGLE, InPlace::new),
                on(Stages.NOR, "M13", "both copies of a record are in one erase block", Mode.SINGLE, OneBlock::new),
                on(
                        "emmc-klm8g1getf-4k",
                        "M14",
                        "both copies of a record are in one physical sector of 4 KiB",
                        Mode.SINGLE,
                        OneSector::new),
                on(
                        "nor-s25fl128l",
                        "M16",
                        "a copy that is all zeros passes its CRC, and counts",
                        Mode.SINGLE,
                        BelievesZeros::new),
                on(
                        Stages.NOR,
                        "M36",
                        "the copy that counts is erased before the new one is durable",
                        Mode.SINGLE,
                        ErasesFirst::new),
                on(
                        Stages.NOR,
                        "M41",
                        "what makes a copy good is one bit away from erased cells",
                        Mode.SINGLE,
                        OneBit::new),
                new Mutant(
                        "M15",
                        "the CRC of a copy doesn't cover the number that tells the newer one",
                        Set.of("S10"),
                        Mode.BIT_FLIPS,
                        List.of(journalSequence(0), journalSequence(1)),
                        () -> Stages.nor("update", "ideal"),
                        sound -> sound.with(with(Stages.NOR, LeavesOutSequence::new))),
                new Mutant(
                        "M03",
                        "a record isn't flushed before the bank is erased",
                        Set.of("S10"),
                        Mode.SINGLE,
                        () -> cached(CachedChip::new),
                        sound -> sound.with(cached(NeverFlushesRecords::new).profile())),
                new Mutant(
                        "M17",
                        "the number that tells the newer copy wraps, and then the older one counts",
                        Set.of("S11", "L1"),
                        Mode.QUIET,
                        () -> Stages.nor("update", "ideal"),
                        sound -> sound.with(with(Stages.NOR, Wraps::new))),
                new Mutant(
                        "M40",
                        "a copy doesn't tell where it belongs: one that was written to another's place counts there",
                        Set.of("L2"),
                        Mode.QUIET,
                        () -> Stages.nor("rollback", "ideal").with(with(Stages.NOR, Misdirected::new)),
                        sound -> sound.with(with(Stages.NOR, MisdirectedAndBelieved::new))));
    }

    /** Torn records are torn while an update is installed, whatever the boot loader. */
    private static Mutant on(String part, String id, String about, Mode mode, Records records) {
        return new Mutant(
                id,
                about,
                Set.of("S10"),
                mode,
                () -> Stages.nor("update", "ideal").with(Profiles.named(part)),
                sound -> sound.with(with(part, records)));
    }

    /** A high bit of the journal's number in one of its copies: that copy becomes the newest by far. */
    private static Fault.Off journalSequence(int copy) {
        int slot = FlashRecords.units(ERASE_BYTES) / (2 * StateKey.values().length) * ERASE_BYTES;
        int number = Arrays.asList(StateKey.values()).indexOf(StateKey.JOURNAL);
        long address = (copy * (long) StateKey.values().length + number) * slot;
        return new Fault.Off("flip", "state-store", (address + LeavesOutSequence.SEQUENCE_AT) * Byte.SIZE + 6);
    }

    private static PartProfile with(String part, Records records) {
        return ((PartProfile) Profiles.named(part)).withRecords(records);
    }

    private static class InPlace extends FlashRecords {
        InPlace(Region region, OperationLog log) {
            super(region, log);
        }

        @Override
        protected int copyToWrite(Pair pair) {
            return pair.good().isEmpty() ? 0 : pair.good().get(0).copy();
        }
    }

    /** Erases their block, and writes the other copy again. */
    private static final class OneBlock extends FlashRecords {
        private static final int HALF = ERASE_BYTES / 2;
        private final Region region;

        OneBlock(Region region, OperationLog log) {
            super(region, log);
            this.region = region;
        }

        @Override
        protected long address(StateKey key, int copy) {
            return super.address(key, 0) + copy * (long) HALF;
        }

        @Override
        protected void prepare(long address, int length) throws HalException {
            long block = address / ERASE_BYTES * ERASE_BYTES;
            long other = address == block ? block + HALF : block;
            byte[] kept = new byte[HALF];
            region.read(other, ByteBuffer.wrap(kept));
            region.erase(block, ERASE_BYTES);
            region.program(other, ByteBuffer.wrap(kept));
        }
    }

    private static final class OneSector extends FlashRecords {
        OneSector(Region region, OperationLog log) {
            super(region, log);
        }

        @Override
        protected long address(StateKey key, int copy) {
            return super.address(key, 0) + copy * (ERASE_BYTES / 2L);
        }
    }

    private static final class BelievesZeros extends FlashRecords {
        private final Region region;

        BelievesZeros(Region region, OperationLog log) {
            super(region, log);
            this.region = region;
        }

        @Override
        public Loaded load(StateKey key) throws HalException {
            Loaded loaded = super.load(key);
            return hasZeros(key) ? new Found(new byte[0]) : loaded;
        }

        @Override
        public Loaded peek(StateKey key) throws HalException {
            return hasZeros(key) ? new Found(new byte[0]) : super.peek(key);
        }

        private boolean hasZeros(StateKey key) throws HalException {
            byte[] zeros = new byte[RecordCopy.HEADER_BYTES];
            for (int copy = 0; copy < 2; copy++) {
                byte[] header = new byte[RecordCopy.HEADER_BYTES];
                region.peek(address(key, copy), ByteBuffer.wrap(header));
                if (Arrays.equals(header, zeros)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static final class LeavesOutSequence extends FlashRecords {
        private static final int SEQUENCE_AT = 24;

        LeavesOutSequence(Region region, OperationLog log) {
            super(region, log);
        }

        @Override
        protected int crcOf(byte[] copy) {
            byte[] covered = copy.clone();
            Arrays.fill(covered, SEQUENCE_AT, SEQUENCE_AT + Long.BYTES, (byte) 0);
            return super.crcOf(covered);
        }
    }

    private static final class ErasesFirst extends FlashRecords {
        ErasesFirst(Region region, OperationLog log) {
            super(region, log);
        }

        @Override
        protected void replace(StateKey key, Pair pair, Optional<byte[]> payload) throws HalException {
            if (!pair.good().isEmpty()) {
                prepare(address(key, pair.good().get(0).copy()), ERASE_BYTES);
            }
            super.replace(key, pair, payload);
        }
    }

    private static final class OneBit extends FlashRecords {
        OneBit(Region region, OperationLog log) {
            super(region, log);
        }

        @Override
        protected int crcOf(byte[] copy) {
            return 0xffff_fffe;
        }
    }

    private static final class Wraps extends FlashRecords {
        private static final int BITS = 3;

        Wraps(Region region, OperationLog log) {
            super(region, log);
        }

        @Override
        protected boolean isNewer(long sequence, long other) {
            return (sequence & BITS) > (other & BITS);
        }
    }

    /** The medium writes what belongs to bank B's envelope to the place of bank A's as well. */
    private static class Misdirected extends FlashRecords {
        private static final int STRAY_COPY = 1;

        Misdirected(Region region, OperationLog log) {
            super(region, log);
        }

        @Override
        protected void write(StateKey key, RecordCopy copy) throws HalException {
            super.write(key, copy);
            if (key == StateKey.MANIFEST_B) {
                long stray = address(StateKey.MANIFEST_A, STRAY_COPY);
                super.write(key, new RecordCopy(copy.key(), copy.copy(), stray, copy.sequence(), copy.payload()));
            }
        }
    }

    private static final class MisdirectedAndBelieved extends Misdirected {
        MisdirectedAndBelieved(Region region, OperationLog log) {
            super(region, log);
        }

        @Override
        protected boolean isInPlace(RecordCopy found, StateKey key, int copy) {
            return true;
        }
    }

    private static Setting cached(Chip chip) {
        PartProfile part = new PartProfile(
                "cached",
                "A block device with a volatile cache, and the records in it.",
                new Medium.Units(512, ERASE_BYTES, false),
                true,
                false,
                chip,
                FlashRecords::new);
        return Stages.nor("update", "ideal").with(part);
    }

    private static class CachedChip extends CachedMedium {
        CachedChip(Units units, long bytes, OperationLog log) {
            super(new HeapCells(bytes, (byte) 0), units, true, log);
        }
    }

    private static final class NeverFlushesRecords extends CachedChip {
        NeverFlushesRecords(Units units, long bytes, OperationLog log) {
            super(units, bytes, log);
        }

        @Override
        protected void flush(Part part) throws HalException {
            if (part != Part.STATE_STORE) {
                super.flush(part);
            }
        }
    }
}

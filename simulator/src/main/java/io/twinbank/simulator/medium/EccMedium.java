// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Operation.Part;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * Raw flash with error correction: a unit is programmed once between two erases, for a second time spoils its check bits.
 * What was cut short reads as it would be, if error correction can make that of it, and else not at all; an observer sees the
 * bits as they are. The check bits themselves are left out: they are as far as their data.
 */
abstract class EccMedium extends FlashMedium {
    /**
     * Error correction.
     *
     * @param bytes what it covers at once
     * @param correctable how many wrong bits of that it corrects
     */
    record Ecc(int bytes, int correctable) {}

    private record Saved(Object flash, Object programmed, Object bad, Object corrected) {}

    /** What was programmed since its last erase, by program unit: also if it holds nothing but ones. */
    final Flags programmed;
    /** What can't be corrected, by what error correction covers at once. */
    final Flags bad;

    /** Bits that are wrong and that error correction corrects. */
    private final Defects corrected = new Defects();

    private final Ecc ecc;
    private final byte[] blank;

    EccMedium(Cells cells, Units units, int pageBytes, Ecc ecc, OperationLog log) {
        super(cells, units, pageBytes, false, log);
        this.ecc = ecc;
        this.programmed = new Flags(units.eraseBytes() / units.programBytes());
        this.bad = new Flags(units.eraseBytes() / ecc.bytes());
        this.blank = new byte[Math.max(ecc.bytes(), units.programBytes())];
        Arrays.fill(blank, ERASED);
    }

    @Override
    void check(Part part, long at, byte[] seen, byte[] target) {
        int unit = units().programBytes();
        int twice = programmed.firstOf(at / unit, (at + target.length) / unit);
        if (twice >= 0 && !isMarginal((long) twice * unit, unit) && !told.isBlank(at, target.length)) {
            log.finding("program of " + part + " at " + (long) twice * unit + ": programmed since its last erase");
        }
    }

    @Override
    void checkReadable(long at, int length) throws HalException {
        long end = (at + length + ecc.bytes() - 1) / ecc.bytes();
        for (int unit = bad.firstOf(at / ecc.bytes(), end); unit >= 0; unit = bad.firstOf(unit + 1L, end)) {
            if (!isMarginal((long) unit * ecc.bytes(), ecc.bytes())) {
                throw new HalException(HalException.Kind.ECC, "uncorrectable at " + (long) unit * ecc.bytes());
            }
        }
        if (!corrected.within(at, length).isEmpty()) {
            wear.corrected();
        }
    }

    @Override
    protected void flip(long bit) throws HalException {
        if (corrected.contains(bit)) {
            mend(bit);
        } else {
            spoil(bit);
        }
    }

    @Override
    void mend(long bit) {
        if (corrected.contains(bit)) {
            corrected.remove(bit);
        }
    }

    /** One wrong bit too many, and all of them show. */
    @Override
    void spoil(long bit) throws HalException {
        long unit = bit / 8 / ecc.bytes();
        if (bad.get(unit)) {
            super.spoil(bit);
            return;
        }
        corrected.put(bit, true);
        SortedMap<Long, Boolean> wrong = corrected.within(unit * ecc.bytes(), ecc.bytes());
        if (wrong.size() > ecc.correctable()) {
            for (long each : List.copyOf(wrong.keySet())) {
                super.spoil(each);
            }
            corrected.clear(unit * ecc.bytes(), ecc.bytes());
            bad.set(unit, true);
        }
    }

    @Override
    void programmed(long at, byte[] before, byte[] after, byte[] result) throws HalException {
        int unit = units().programBytes();
        int span = Math.min(unit, ecc.bytes());
        for (int from = 0; from < result.length; from += span) {
            boolean twice = programmed.get((at + from) / unit);
            if (twice || !settles(before, after, result, from, span)) {
                bad.set((at + from) / ecc.bytes(), true);
            }
        }
        for (int from = 0; from < result.length; from += unit) {
            if (differs(result, before, from, unit) || !differs(result, after, from, unit)) {
                programmed.set((at + from) / unit, true);
            }
        }
    }

    /** What was programmed can't be corrected any more. */
    final void ruin(long page) throws HalException {
        byte[] held = held(page, pageBytes);
        byte[] ruined = Tears.between(held, new byte[held.length], new Tear(Tear.Kind.SEEDED, page + 1));
        cells.write(page, ByteBuffer.wrap(ruined));
        corrected.clear(page, pageBytes);
        for (long unit = page / ecc.bytes(); unit * ecc.bytes() < page + pageBytes; unit++) {
            bad.set(unit, true);
        }
    }

    @Override
    void tornErase(long at, byte[] before, byte[] result) {
        corrected.clear(at, result.length);
        int unit = units().programBytes();
        int covers = ecc.bytes();
        for (int from = next(before, result, 0, covers);
                from >= 0;
                from = next(before, result, from + covers, covers)) {
            long covered = (at + from) / covers;
            if (isBlank(result, from, covers)) {
                bad.set(covered, false);
            } else if (!bad.get(covered) && !settles(before, before, result, from, covers)) {
                bad.set(covered, true);
            }
        }
        for (int from = next(before, result, 0, unit); from >= 0; from = next(before, result, from + unit, unit)) {
            programmed.set((at + from) / unit, !isBlank(result, from, unit));
        }
    }

    /** Returns where the next unit begins that differs, or -1. */
    private static int next(byte[] one, byte[] other, int from, int unit) {
        int differs = Arrays.mismatch(one, from, one.length, other, from, other.length);
        return differs < 0 ? -1 : (from + differs) / unit * unit;
    }

    @Override
    void erased(long at, int length) {
        corrected.clear(at, length);
        programmed.clear(at / units().programBytes(), (at + length) / units().programBytes());
        bad.clear(at / ecc.bytes(), (at + length) / ecc.bytes());
    }

    @Override
    protected void poke(long at, ByteBuffer src) throws HalException {
        int length = src.remaining();
        bad.clear(at / ecc.bytes(), (at + length + ecc.bytes() - 1) / ecc.bytes());
        corrected.clear(at, length);
        super.poke(at, src);
        int unit = units().programBytes();
        for (long from = at / unit * unit; from < at + length; from += unit) {
            byte[] now = new byte[unit];
            cells.read(from, ByteBuffer.wrap(now));
            programmed.set(from / unit, !isBlank(now, 0, unit));
        }
    }

    /** Tells whether what was cut short still reads, and corrects it if it does: to the one content, or to the other. */
    private boolean settles(byte[] before, byte[] after, byte[] result, int from, int length) {
        if (!differs(result, before, from, length)) {
            return true;
        }
        int wrong = 0;
        for (int i = from; i < from + length; i++) {
            wrong += Integer.bitCount((result[i] ^ after[i]) & 0xff);
        }
        if (wrong <= ecc.correctable()) {
            System.arraycopy(after, from, result, from, length);
            return true;
        }
        return false;
    }

    private static boolean differs(byte[] one, byte[] other, int from, int length) {
        return !Arrays.equals(one, from, from + length, other, from, from + length);
    }

    private boolean isBlank(byte[] bytes, int from, int length) {
        return Arrays.equals(bytes, from, from + length, blank, 0, length);
    }

    @Override
    public Object save() {
        return new Saved(super.save(), programmed.save(), bad.save(), corrected.save());
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        super.restore(saved.flash());
        programmed.restore(saved.programmed());
        bad.restore(saved.bad());
        corrected.restore(saved.corrected());
    }

    @Override
    public void addTo(StateHash hash) {
        super.addTo(hash);
        if (!blocksHidden) {
            programmed.addTo(hash);
            bad.addTo(hash);
        }
        corrected.addTo(hash);
    }

    @Override
    public long[] blockSums() {
        long[] sums = super.blockSums();
        programmed.sum(sums, 3);
        bad.sum(sums, 5);
        return sums;
    }
}

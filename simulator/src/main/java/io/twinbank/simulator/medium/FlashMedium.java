// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Tear.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Raw flash: an erase sets the bits of a block to 1, programming sets bits to 0, both at once and without a cache. Left out:
 * the charge of a cell, and all that depends on temperature, voltage and time; a cell that was cut short is what a
 * {@link Tear} says.
 */
abstract class FlashMedium extends Medium {
    static final byte ERASED = (byte) 0xff;

    final Cells cells;
    final int pageBytes;
    private final boolean zerosFirst;
    private final Marginal marginal = new Marginal();
    /** Bits that hold what they hold, whatever is written. */
    private final Defects stuck = new Defects();
    /** Blocks that don't erase or program any more. */
    private final Flags broken = new Flags(1);
    /** Whether the hash leaves out what blocks hold. */
    boolean blocksHidden = false;

    /** A whole block of them; never written. */
    private final byte[] erasedBlock;

    private final Touches touches;

    /** What the user was told in this life. */
    final Told told;

    private Endurance endurance = Endurance.ENDLESS;

    private record Saved(Object cells, Object marginal, Object stuck, Object broken, Object wear) {}

    FlashMedium(Cells cells, Units units, int pageBytes, boolean zerosFirst, OperationLog log) {
        super(units, log);
        this.cells = cells;
        this.pageBytes = pageBytes;
        this.zerosFirst = zerosFirst;
        this.erasedBlock = new byte[units.eraseBytes()];
        Arrays.fill(erasedBlock, ERASED);
        this.told = new Told(units);
        this.touches = new Touches(units.eraseBytes());
    }

    /** Notes what no correct user does, before it is done, whatever the fault may be that it wasn't told. */
    abstract void check(Part part, long at, byte[] seen, byte[] target);

    /** A program came to its end, or was cut short: may correct what the cells are about to hold. */
    void programmed(long at, byte[] before, byte[] after, byte[] result) throws HalException {
        // without error correction there is nothing to note
    }

    /** An erase was cut short: may correct what the cells are about to hold. */
    void tornErase(long at, byte[] before, byte[] result) {
        // without error correction there is nothing to note
    }

    /** An erase came to its end. */
    void erased(long at, int length) {
        // without error correction there is nothing to note
    }

    /** Fails if error correction can't correct what is there. */
    void checkReadable(long at, int length) throws HalException {
        // without error correction every read is good
    }

    @Override
    protected final void read(long at, ByteBuffer dst) throws HalException {
        int length = dst.remaining();
        marginal.use();
        touches.read(at, length);
        checkReadable(at, length);
        peek(at, dst);
        marginal.read(at, length);
        countRead(at, length);
        if (endurance.reads() < Integer.MAX_VALUE) {
            disturb(at / units().eraseBytes());
        }
    }

    /** Many reads of a block turn bits of its neighbour over. */
    private void disturb(long block) throws HalException {
        int reads = wear.reads(block);
        if (reads % endurance.reads() == 0) {
            long neighbour = block == 0 ? 1 : block - 1;
            long bits = 8L * units().eraseBytes();
            flip(neighbour * bits + new SplittableRandom(reads).nextLong(bits));
        }
    }

    @Override
    public void endure(Endurance limits) {
        endurance = limits;
    }

    @Override
    protected void flip(long bit) throws HalException {
        spoil(bit);
    }

    /** A bit is wrong from now on. */
    void spoil(long bit) throws HalException {
        ByteBuffer cell = ByteBuffer.allocate(1);
        cells.read(bit / 8, cell);
        cell.put(0, (byte) (cell.get(0) ^ (1 << (bit % 8)))).rewind();
        cells.write(bit / 8, cell);
    }

    /** A bit that was spoilt is what it should be again. */
    void mend(long bit) {
        // without error correction it is so already
    }

    @Override
    protected void stick(long bit, boolean value) throws HalException {
        stuck.put(bit, value);
        stick(bit / 8, 1);
    }

    /** Spoils the stuck bits of what was written. */
    private void stick(long at, int length) throws HalException {
        for (Map.Entry<Long, Boolean> bit : stuck.within(at, length).entrySet()) {
            int held = held(bit.getKey() / 8, 1)[0] >> (bit.getKey() % 8) & 1;
            if (held != (bit.getValue() ? 1 : 0)) {
                spoil(bit.getKey());
            } else {
                mend(bit.getKey());
            }
        }
    }

    @Override
    protected void breakBlock(long at) {
        broken.set(at / units().eraseBytes(), true);
    }

    /** Puts another block in the place of one that is broken; tells whether there was one. */
    boolean replace(int block) {
        return false;
    }

    /** Tells whether there is a block to put in the place of one that is broken. */
    boolean hasSpare() {
        return false;
    }

    @Override
    protected final void peek(long at, ByteBuffer dst) throws HalException {
        int start = dst.position();
        touches.read(at, dst.remaining());
        cells.read(at, dst);
        marginal.show(at, dst, start);
    }

    @Override
    protected void poke(long at, ByteBuffer src) throws HalException {
        int length = src.remaining();
        marginal.clear(at, length);
        cells.write(at, src);
        stick(at, length);
    }

    @Override
    protected final void program(Part part, long at, ByteBuffer src) throws HalException {
        checkUnits(part, "program", at, src.remaining(), units().programBytes());
        long from = at;
        while (src.hasRemaining()) {
            byte[] target = new byte[Math.min(pageBytes - (int) (from % pageBytes), src.remaining())];
            src.get(target);
            marginal.use();
            byte[] seen = new byte[target.length];
            peek(from, ByteBuffer.wrap(seen));
            check(part, from, seen, target);
            boolean fails = broken.get(from / units().eraseBytes());
            log.perform(part, "program", from + "+" + target.length, new Program(part, from, target, fails));
            if (fails) {
                throw new HalException(HalException.Kind.IO, "program at " + from + " failed");
            }
            told.programmed(from, target.length);
            from += target.length;
        }
    }

    @Override
    protected final void erase(Part part, long at, long length) throws HalException {
        int unit = units().eraseBytes();
        checkUnits(part, "erase", at, length, unit);
        for (long from = at; from < at + length; from += unit) {
            marginal.use();
            long block = from / unit;
            boolean fails = broken.get(block) || wear.erases(block) >= endurance.erases();
            boolean hopeless = fails && !hasSpare();
            log.perform(part, "erase", from + "+" + unit, new Erase(from, unit, fails));
            if (hopeless) {
                throw new HalException(HalException.Kind.WORN_OUT, "erase at " + from + " failed");
            }
            told.erased(from);
        }
    }

    @Override
    protected final void flush(Part part) {
        // what was programmed is durable
    }

    @Override
    public void losePower(Survival survival) throws HalException {
        told.forget();
        marginal.losePower();
    }

    /** Tells whether a reader sees a change that hasn't settled. */
    final boolean isMarginal(long at, int length) {
        return !marginal.isEmpty() && marginal.covers(at, length);
    }

    final byte[] held(long at, int length) throws HalException {
        byte[] bytes = new byte[length];
        touches.read(at, length);
        cells.read(at, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** A page on its way to hold fewer ones. */
    private final class Program implements Change {
        private final Part part;
        private final long at;
        private final byte[] target;
        private final boolean fails;

        Program(Part part, long at, byte[] target, boolean fails) {
            this.part = part;
            this.at = at;
            this.target = target;
            this.fails = fails;
        }

        @Override
        public void whole() throws HalException {
            torn(fails ? new Tear(Kind.SEEDED, at) : Tear.AFTER);
        }

        @Override
        public void misdirected(long distance) throws HalException {
            new Program(part, at + distance, target, fails).whole();
        }

        @Override
        public List<Tear> tears() {
            return Tears.ofProgram(target.length, part == Part.BANK_A || part == Part.BANK_B);
        }

        @Override
        public void torn(Tear tear) throws HalException {
            byte[] before = held(at, target.length);
            byte[] after = target.clone();
            for (int i = 0; i < after.length; i++) {
                after[i] &= before[i];
            }
            byte[] result = Tears.between(before, after, settled(tear, at));
            programmed(at, before, after, result);
            cells.write(at, ByteBuffer.wrap(result));
            marginal.program(at, target);
            stick(at, target.length);
            if (tear.kind() == Kind.MARGINAL) {
                marginal.add(at, after, (int) tear.parameter());
            }
        }
    }

    /** A block on its way to hold ones. */
    private final class Erase implements Change {
        private final long at;
        private final int length;
        private final boolean fails;

        Erase(long at, int length, boolean fails) {
            this.at = at;
            this.length = length;
            this.fails = fails;
        }

        @Override
        public void misdirected(long distance) throws HalException {
            new Erase(at + distance, length, fails).whole();
        }

        @Override
        public void whole() throws HalException {
            int block = (int) (at / length);
            wear.erased(block);
            if (fails) {
                broken.set(block, !replace(block));
            }
            if (broken.get(block)) {
                return;
            }
            cells.fill(at, length, ERASED);
            touches.erased(at);
            erased(at, length);
            marginal.clear(at, length);
            stick(at, length);
        }

        @Override
        public List<Tear> tears() {
            return Tears.ofErase(length, zerosFirst);
        }

        @Override
        public void torn(Tear tear) throws HalException {
            wear.erased(at / length);
            if (fails) {
                return;
            }
            byte[] before = held(at, length);
            byte[] result = Tears.between(before, erasedBlock, settled(tear, at));
            tornErase(at, before, result);
            cells.write(at, ByteBuffer.wrap(result));
            marginal.clear(at, length);
            stick(at, length);
            if (tear.kind() == Kind.MARGINAL) {
                for (int page = 0; page < length; page += pageBytes) {
                    marginal.add(
                            at + page, Arrays.copyOfRange(erasedBlock, page, Math.min(length, page + pageBytes)), (int)
                                    tear.parameter());
                }
            }
        }
    }

    /** What cells settle to whose change reads as done and isn't. */
    private static Tear settled(Tear tear, long at) {
        return tear.kind() == Kind.MARGINAL ? new Tear(Kind.SEEDED, at + 1) : tear;
    }

    @Override
    public Object save() {
        return new Saved(cells.save(), marginal.save(), stuck.save(), broken.save(), wear.save());
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        told.forget();
        cells.restore(saved.cells());
        marginal.restore(saved.marginal());
        stuck.restore(saved.stuck());
        broken.restore(saved.broken());
        wear.restore(saved.wear());
    }

    @Override
    public void addTo(StateHash hash) {
        if (!blocksHidden) {
            cells.addTo(hash);
        }
        marginal.addTo(hash);
        stuck.addTo(hash);
        broken.addTo(hash);
        if (!endurance.equals(Endurance.ENDLESS)) {
            wear.addTo(hash);
        }
    }

    @Override
    public Touches touches() {
        return touches;
    }

    @Override
    public void hideBlocks(boolean hidden) {
        blocksHidden = hidden;
    }

    @Override
    protected Optional<StateHash.Key> content(long at, long length) {
        if (marginal.overlaps(at, length)) {
            return Optional.empty();
        }
        touches.read(at, length);
        StateHash hash = new StateHash();
        for (long block = at; block < at + length; block += units().eraseBytes()) {
            long[] sums = new long[2];
            cells.sum(block, units().eraseBytes(), sums, 0);
            hash.add(sums[0]); // block by block, for one may stand in for another
            hash.add(sums[1]);
        }
        return Optional.of(hash.key());
    }

    @Override
    public long[] blockSums() {
        int unit = units().eraseBytes();
        int blocks = (int) (extent() / unit);
        long[] sums = new long[2 * blocks];
        for (int block = 0; block < blocks; block++) {
            cells.sum((long) block * unit, unit, sums, 2 * block);
        }
        return sums;
    }

    @Override
    public void close() {
        cells.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.Tear.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

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

    private record Saved(Object cells, Object marginal) {}

    FlashMedium(Cells cells, Units units, int pageBytes, boolean zerosFirst, OperationLog log) {
        super(units, log);
        this.cells = cells;
        this.pageBytes = pageBytes;
        this.zerosFirst = zerosFirst;
    }

    /** Notes what no correct user does, before it is done. */
    abstract void check(Part part, long at, byte[] seen, byte[] target);

    /** A program came to its end, or was cut short: may correct what the cells are about to hold. */
    void programmed(long at, byte[] before, byte[] after, byte[] result) {
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
        checkReadable(at, length);
        peek(at, dst);
        marginal.read(at, length);
    }

    @Override
    protected final void peek(long at, ByteBuffer dst) throws HalException {
        int start = dst.position();
        cells.read(at, dst);
        marginal.show(at, dst, start);
    }

    @Override
    protected void poke(long at, ByteBuffer src) throws HalException {
        marginal.clear(at, src.remaining());
        cells.write(at, src);
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
            log.perform(part, "program", from + "+" + target.length, new Program(part, from, target));
            from += target.length;
        }
    }

    @Override
    protected final void erase(Part part, long at, long length) throws HalException {
        int unit = units().eraseBytes();
        checkUnits(part, "erase", at, length, unit);
        for (long from = at; from < at + length; from += unit) {
            marginal.use();
            log.perform(part, "erase", from + "+" + unit, new Erase(from, unit));
        }
    }

    @Override
    protected final void flush(Part part) {
        // what was programmed is durable
    }

    @Override
    public void losePower(Survival survival) throws HalException {
        marginal.losePower();
    }

    /** Tells whether a reader sees a change that hasn't settled. */
    final boolean isMarginal(long at, int length) {
        return !marginal.isEmpty() && marginal.covers(at, length);
    }

    private byte[] held(long at, int length) throws HalException {
        byte[] bytes = new byte[length];
        cells.read(at, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** A page on its way to hold fewer ones. */
    private final class Program implements Change {
        private final boolean image;
        private final long at;
        private final byte[] target;

        Program(Part part, long at, byte[] target) {
            this.image = part == Part.BANK_A || part == Part.BANK_B;
            this.at = at;
            this.target = target;
        }

        @Override
        public void whole() throws HalException {
            torn(Tear.AFTER);
        }

        @Override
        public List<Tear> tears() {
            return Tears.ofProgram(target.length, image);
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
            if (tear.kind() == Kind.MARGINAL) {
                marginal.add(at, after, (int) tear.parameter());
            }
        }
    }

    /** A block on its way to hold ones. */
    private final class Erase implements Change {
        private final long at;
        private final int length;

        Erase(long at, int length) {
            this.at = at;
            this.length = length;
        }

        @Override
        public void whole() throws HalException {
            cells.fill(at, length, ERASED);
            erased(at, length);
            marginal.clear(at, length);
        }

        @Override
        public List<Tear> tears() {
            return Tears.ofErase(length, zerosFirst);
        }

        @Override
        public void torn(Tear tear) throws HalException {
            byte[] before = held(at, length);
            byte[] after = new byte[length];
            Arrays.fill(after, ERASED);
            byte[] result = Tears.between(before, after, settled(tear, at));
            tornErase(at, before, result);
            cells.write(at, ByteBuffer.wrap(result));
            marginal.clear(at, length);
            if (tear.kind() == Kind.MARGINAL) {
                for (int page = 0; page < length; page += pageBytes) {
                    marginal.add(at + page, Arrays.copyOfRange(after, page, Math.min(length, page + pageBytes)), (int)
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
        return new Saved(cells.save(), marginal.save());
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        cells.restore(saved.cells());
        marginal.restore(saved.marginal());
    }

    @Override
    public void addTo(StateHash hash) {
        cells.addTo(hash);
        marginal.addTo(hash);
    }

    @Override
    public void close() {
        cells.close();
    }
}

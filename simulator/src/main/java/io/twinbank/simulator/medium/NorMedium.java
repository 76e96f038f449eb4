// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Operation.Part;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Serial NOR flash: an erase sets the bits of a block to 1, programming a page sets bits to 0. Without a cache. */
public final class NorMedium extends Medium {
    private static final byte ERASED = (byte) 0xff;

    private final Cells cells;

    /**
     * Makes a device.
     *
     * @param cells what survives; erased cells hold ones
     * @param units its units
     * @param log through which every change goes
     */
    public NorMedium(Cells cells, Units units, OperationLog log) {
        super(units, log);
        this.cells = cells;
    }

    @Override
    protected void read(long at, ByteBuffer dst) throws HalException {
        cells.read(at, dst);
    }

    @Override
    protected void peek(long at, ByteBuffer dst) throws HalException {
        cells.read(at, dst);
    }

    @Override
    protected void poke(long at, ByteBuffer src) throws HalException {
        cells.write(at, src);
    }

    @Override
    protected void program(Part part, long at, ByteBuffer src) throws HalException {
        long from = at;
        while (src.hasRemaining()) {
            int page = units().programBytes();
            byte[] target = new byte[Math.min(page - (int) (from % page), src.remaining())];
            src.get(target);
            byte[] before = bytesAt(from, target.length);
            for (int i = 0; i < target.length; i++) {
                if (before[i] != ERASED && target[i] != before[i]) {
                    log.finding("program of " + part + " at " + (from + i) + ": not erased");
                    break;
                }
            }
            log.perform(part, "program", from + "+" + target.length, new Write(from, before, and(before, target)));
            from += target.length;
        }
    }

    @Override
    protected void erase(Part part, long at, long length) throws HalException {
        int unit = units().eraseBytes();
        for (long from = at; from < at + length; from += unit) {
            byte[] blank = new byte[unit];
            Arrays.fill(blank, ERASED);
            log.perform(part, "erase", from + "+" + unit, new Write(from, bytesAt(from, unit), blank));
        }
    }

    @Override
    protected void flush(Part part) {
        // what was programmed is durable
    }

    private byte[] bytesAt(long at, int length) throws HalException {
        byte[] bytes = new byte[length];
        cells.read(at, ByteBuffer.wrap(bytes));
        return bytes;
    }

    private static byte[] and(byte[] before, byte[] target) {
        byte[] result = new byte[target.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (byte) (before[i] & target[i]);
        }
        return result;
    }

    /** Cells on their way from one content to another. */
    private final class Write implements Change {
        private final long at;
        private final byte[] before;
        private final byte[] target;

        Write(long at, byte[] before, byte[] target) {
            this.at = at;
            this.before = before;
            this.target = target;
        }

        @Override
        public void whole() throws HalException {
            cells.write(at, ByteBuffer.wrap(target));
        }

        @Override
        public List<Tear> tears() {
            return Tears.of(target.length, units().programBytes());
        }

        @Override
        public void torn(Tear tear) throws HalException {
            cells.write(at, ByteBuffer.wrap(Tears.between(before, target, tear)));
        }
    }

    @Override
    public Object save() {
        return cells.save();
    }

    @Override
    public void restore(Object saved) {
        cells.restore(saved);
    }

    @Override
    public void addTo(StateHash hash) {
        cells.addTo(hash);
    }

    @Override
    public void close() {
        cells.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.medium.Operation.Part;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A block device with a volatile cache, as an eMMC: a write is acknowledged before it is durable, and until a flush a power
 * cut keeps any subset of the writes. Its erase is a discard: the cells then hold a pattern that nobody may rely on.
 */
public class CachedMedium extends Medium {
    private static final byte DISCARDED = (byte) 0xe5;

    /** A write that isn't durable yet. */
    record Pending(long at, byte[] bytes) {}

    private record Saved(Object cells, List<Pending> pending, Object wear) {}

    final Cells cells;
    final List<Pending> pending = new ArrayList<>();
    private final boolean loses;

    /**
     * Makes a device.
     *
     * @param cells what survives
     * @param units its units
     * @param loses whether a power cut may lose what isn't flushed; else the cache has a battery
     * @param log through which every change goes
     */
    public CachedMedium(Cells cells, Units units, boolean loses, OperationLog log) {
        super(units, log);
        this.cells = cells;
        this.loses = loses;
    }

    @Override
    protected void read(long at, ByteBuffer dst) throws HalException {
        countRead(at, dst.remaining());
        peek(at, dst);
    }

    @Override
    protected void peek(long at, ByteBuffer dst) throws HalException {
        int start = dst.position();
        long end = at + dst.remaining();
        cells.read(at, dst);
        for (Pending write : pending) {
            long from = Math.max(at, write.at());
            long to = Math.min(end, write.at() + write.bytes().length);
            if (from < to) {
                dst.put(start + (int) (from - at), write.bytes(), (int) (from - write.at()), (int) (to - from));
            }
        }
    }

    @Override
    protected void poke(long at, ByteBuffer src) throws HalException {
        persist(Survival.ALL);
        cells.write(at, src);
    }

    @Override
    protected void program(Part part, long at, ByteBuffer src) throws HalException {
        checkUnits(part, "program", at, src.remaining(), units().programBytes());
        byte[] bytes = new byte[src.remaining()];
        src.get(bytes);
        write(part, "program", at, bytes);
    }

    @Override
    protected void erase(Part part, long at, long length) throws HalException {
        checkUnits(part, "discard", at, length, units().programBytes());
        byte[] pattern = new byte[Math.toIntExact(length)];
        Arrays.fill(pattern, DISCARDED);
        write(part, "discard", at, pattern);
    }

    private void write(Part part, String name, long at, byte[] bytes) throws HalException {
        log.perform(part, name, at + "+" + bytes.length, taking(new Pending(at, bytes)));
    }

    /** The cache takes a write whole; how much of it survives is asked when the power fails. */
    Change taking(Pending write) {
        return new Change() {
            @Override
            public void whole() throws HalException {
                take(write);
            }

            @Override
            public void misdirected(long distance) throws HalException {
                take(new Pending(write.at() + distance, write.bytes()));
            }
        };
    }

    void take(Pending write) throws HalException {
        count(write);
        pending.add(write);
        if (!loses) {
            persist(Survival.ALL);
        }
    }

    final void count(Pending write) {
        int unit = units().eraseBytes();
        for (long block = write.at() / unit; block * unit < write.at() + write.bytes().length; block++) {
            wear.erased(block);
        }
    }

    @Override
    protected void flush(Part part) throws HalException {
        log.perform(part, "flush", "", flushing());
    }

    /** The cache becomes durable at once. */
    Change flushing() {
        Change.Atomic change = () -> persist(Survival.ALL);
        return change;
    }

    @Override
    protected void flip(long bit) throws HalException {
        persist(Survival.ALL);
        ByteBuffer cell = ByteBuffer.allocate(1);
        cells.read(bit / 8, cell);
        cell.put(0, (byte) (cell.get(0) ^ (1 << (bit % 8)))).rewind();
        cells.write(bit / 8, cell);
    }

    @Override
    public List<Survival> survivals() {
        return Survival.of(pending.size());
    }

    @Override
    public void losePower(Survival survival) throws HalException {
        persist(survival);
    }

    final void persist(Survival survival) throws HalException {
        for (int i = 0; i < pending.size(); i++) {
            if (survival.keeps(i)) {
                cells.write(pending.get(i).at(), ByteBuffer.wrap(pending.get(i).bytes()));
            }
        }
        pending.clear();
    }

    @Override
    public Object save() {
        return new Saved(cells.save(), List.copyOf(pending), wear.save());
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        cells.restore(saved.cells());
        pending.clear();
        pending.addAll(saved.pending());
        wear.restore(saved.wear());
    }

    @Override
    public void addTo(StateHash hash) {
        cells.addTo(hash);
        for (Pending write : pending) {
            hash.add(write.at());
            hash.add(write.bytes());
        }
    }

    @Override
    public void close() {
        cells.close();
    }
}

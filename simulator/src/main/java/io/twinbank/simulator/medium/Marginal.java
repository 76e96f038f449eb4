// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Cells whose last change was cut short so late that it reads as done: what a reader sees in place of what the cells have
 * settled to once they decay. They decay after a number of reads, or at the next power cut.
 */
final class Marginal implements Durable {
    /**
     * Bytes in one piece.
     *
     * @param reads how often they are still seen; 0 without a limit
     * @param fresh whether the power cut that made them is still under way
     */
    private record Piece(byte[] seen, int reads, boolean fresh) {}

    private record Saved(NavigableMap<Long, Piece> pieces, boolean used) {}

    /** By their address; they don't overlap. */
    private NavigableMap<Long, Piece> pieces = new TreeMap<>();
    /** Whether the device did anything since the power was lost: losing it twice at once is losing it once. */
    private boolean used = false;

    /** Whether a saved state shares the map. */
    private boolean shared = false;

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** The device does something. */
    void use() {
        used = true;
    }

    /** Notes that bytes are seen that the cells don't hold. */
    void add(long at, byte[] seen, int reads) {
        clear(at, seen.length);
        own().put(at, new Piece(seen, reads, true));
    }

    /** Puts what is seen in the place of what the cells hold, in a buffer that was filled from its position 'start' on. */
    void show(long at, ByteBuffer dst, int start) {
        long end = at + dst.position() - start;
        for (Map.Entry<Long, Piece> entry : within(at, end).entrySet()) {
            byte[] seen = entry.getValue().seen();
            long from = Math.max(at, entry.getKey());
            long to = Math.min(end, entry.getKey() + seen.length);
            dst.put(start + (int) (from - at), seen, (int) (from - entry.getKey()), (int) (to - from));
        }
    }

    /** Tells whether all of these bytes are seen in place of the cells'. */
    boolean covers(long at, int length) {
        Map.Entry<Long, Piece> entry = pieces.floorEntry(at);
        return entry != null && at + length <= entry.getKey() + entry.getValue().seen().length;
    }

    /** Tells whether any of these bytes is seen in place of the cells'. */
    boolean overlaps(long at, long length) {
        return !within(at, at + length).isEmpty();
    }

    /** Counts a read. */
    void read(long at, long length) {
        if (pieces.isEmpty()) {
            return;
        }
        for (Map.Entry<Long, Piece> entry : new TreeMap<>(within(at, at + length)).entrySet()) {
            Piece piece = entry.getValue();
            if (piece.reads() == 1) {
                own().remove(entry.getKey());
            } else if (piece.reads() > 1) {
                own().put(entry.getKey(), new Piece(piece.seen(), piece.reads() - 1, piece.fresh()));
            }
        }
    }

    /** Programs over what is seen: it doesn't get any firmer by that. */
    void program(long at, byte[] target) {
        if (pieces.isEmpty()) {
            return;
        }
        long end = at + target.length;
        for (Map.Entry<Long, Piece> entry : new TreeMap<>(within(at, end)).entrySet()) {
            Piece piece = entry.getValue();
            byte[] seen = piece.seen().clone();
            long from = Math.max(at, entry.getKey());
            long to = Math.min(end, entry.getKey() + seen.length);
            for (long i = from; i < to; i++) {
                seen[(int) (i - entry.getKey())] &= target[(int) (i - at)];
            }
            own().put(entry.getKey(), new Piece(seen, piece.reads(), piece.fresh()));
        }
    }

    /** Decays, or was erased. */
    void clear(long at, long length) {
        if (overlaps(at, length)) {
            own();
            within(at, at + length).clear();
        }
    }

    /** The power is lost: what isn't of this very cut decays. */
    void losePower() {
        boolean life = used;
        used = false;
        if (pieces.isEmpty() || !life) {
            return;
        }
        Iterator<Map.Entry<Long, Piece>> rest = own().entrySet().iterator();
        while (rest.hasNext()) {
            Map.Entry<Long, Piece> entry = rest.next();
            Piece piece = entry.getValue();
            if (piece.fresh()) {
                entry.setValue(new Piece(piece.seen(), piece.reads(), false));
            } else {
                rest.remove();
            }
        }
    }

    /** The pieces that overlap a range. */
    private NavigableMap<Long, Piece> within(long at, long end) {
        if (pieces.isEmpty()) {
            return pieces;
        }
        Map.Entry<Long, Piece> before = pieces.floorEntry(at);
        boolean overlaps = before != null && before.getKey() + before.getValue().seen().length > at;
        return pieces.subMap(overlaps ? before.getKey() : at, true, end, false);
    }

    private NavigableMap<Long, Piece> own() {
        if (shared) {
            pieces = new TreeMap<>(pieces);
            shared = false;
        }
        return pieces;
    }

    @Override
    public Object save() {
        shared = true;
        return new Saved(pieces, used);
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        pieces = saved.pieces();
        used = saved.used();
        shared = true;
    }

    @Override
    public void addTo(StateHash hash) {
        if (pieces.isEmpty()) {
            return;
        }
        hash.add(used ? 1 : 0);
        for (Map.Entry<Long, Piece> entry : pieces.entrySet()) {
            hash.add(entry.getKey());
            hash.add(entry.getValue().reads());
            hash.add(entry.getValue().fresh() ? 1 : 0);
            hash.add(entry.getValue().seen());
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Cells in memory, for the small images of fault campaigns. Chunks are shared between states and copied when their content
 * changes, and only these are hashed again.
 */
public final class HeapCells implements Cells {
    private static final int CHUNK = 1024;
    private static final StateHash.Key NOTHING = new StateHash.Key(0, 0);

    private record Saved(byte[][] chunks, StateHash.Key[] hashes, long high, long low) {}

    private final long size;
    private final byte fill;
    /** Shared by all chunks that hold nothing but {@link #fill}; never written. */
    private final byte[] blank = new byte[CHUNK];

    private final StateHash.Key blankHash;
    private byte[][] chunks;
    private StateHash.Key[] hashes;
    /** Whether a saved state has these very tables. */
    private boolean shared = false;

    /** The chunks that no saved state shares. */
    private final BitSet owned = new BitSet();
    /** The chunks whose hash isn't that of their bytes in their place. */
    private final BitSet stale = new BitSet();
    /** The sums of all chunks' hashes, each mixed with its place. */
    private long high = 0;

    private long low = 0;
    private @Nullable Saved saved;

    /**
     * Makes cells.
     *
     * @param size in bytes
     * @param fill what they hold
     */
    public HeapCells(long size, byte fill) {
        this.size = size;
        this.fill = fill;
        int count = Math.toIntExact((size + CHUNK - 1) / CHUNK);
        Arrays.fill(blank, fill);
        blankHash = hashOf(blank);
        chunks = new byte[count][];
        Arrays.fill(chunks, blank);
        hashes = new StateHash.Key[count];
        Arrays.fill(hashes, NOTHING);
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
        check(offset, dst.remaining());
        for (long at = offset; dst.hasRemaining(); ) {
            int from = (int) (at % CHUNK);
            int length = Math.min(CHUNK - from, dst.remaining());
            dst.put(chunks[(int) (at / CHUNK)], from, length);
            at += length;
        }
    }

    @Override
    public void write(long offset, ByteBuffer src) {
        check(offset, src.remaining());
        for (long at = offset; src.hasRemaining(); ) {
            int chunk = (int) (at / CHUNK);
            int from = (int) (at % CHUNK);
            int length = Math.min(CHUNK - from, src.remaining());
            if (length < CHUNK || !holds(chunks[chunk], src)) {
                src.get(own(chunk), from, length);
            } else {
                src.position(src.position() + CHUNK);
            }
            at += length;
        }
    }

    /** Tells whether a chunk is the same already, as most of a large block is that a cut has hardly begun to erase. */
    private static boolean holds(byte[] chunk, ByteBuffer src) {
        if (!src.hasArray()) {
            return false;
        }
        int at = src.arrayOffset() + src.position();
        return Arrays.equals(chunk, 0, CHUNK, src.array(), at, at + CHUNK);
    }

    /** Whole chunks of the value that the cells began with are shared instead of written. */
    @Override
    public void fill(long offset, long length, byte value) throws HalException {
        check(offset, length);
        if (value != fill || offset % CHUNK != 0 || length % CHUNK != 0) {
            Cells.super.fill(offset, length, value);
            return;
        }
        unshare();
        int first = (int) (offset / CHUNK);
        int end = (int) ((offset + length) / CHUNK);
        Arrays.fill(chunks, first, end, blank);
        owned.clear(first, end);
        stale.set(first, end);
    }

    private void check(long offset, long length) {
        if (offset < 0 || offset > size - length) {
            throw new IllegalArgumentException(length + " bytes at " + offset + " of " + size);
        }
    }

    /** The tables are about to change. */
    private void unshare() {
        saved = null;
        if (shared) {
            chunks = chunks.clone();
            hashes = hashes.clone();
            shared = false;
        }
    }

    private byte[] own(int chunk) {
        unshare();
        if (!owned.get(chunk)) {
            chunks[chunk] = chunks[chunk].clone();
            owned.set(chunk);
        }
        stale.set(chunk);
        return chunks[chunk];
    }

    @Override
    public Object save() {
        Saved present = saved;
        if (present == null) {
            rehash();
            owned.clear();
            present = new Saved(chunks, hashes, high, low);
            saved = present;
            shared = true;
        }
        return present;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very same state, which costs nothing
    public void restore(Object state) {
        Saved from = (Saved) state;
        if (from == saved) {
            return;
        }
        chunks = from.chunks();
        hashes = from.hashes();
        shared = true;
        high = from.high();
        low = from.low();
        owned.clear();
        stale.clear();
        saved = from;
    }

    @Override
    public void addTo(StateHash hash) {
        rehash();
        hash.add(high);
        hash.add(low);
    }

    @Override
    public void sum(long offset, long length, long[] sums, int at) {
        rehash();
        for (int chunk = (int) (offset / CHUNK); (long) chunk * CHUNK < offset + length; chunk++) {
            StateHash.Key hash = hashes[chunk];
            sums[at] += hash.high();
            sums[at + 1] += hash.low();
        }
    }

    private void rehash() {
        for (int chunk = stale.nextSetBit(0); chunk >= 0; chunk = stale.nextSetBit(chunk + 1)) {
            StateHash.Key before = hashes[chunk];
            StateHash.Key now = hashOf(chunk);
            high += now.high() - before.high();
            low += now.low() - before.low();
            hashes[chunk] = now;
        }
        stale.clear();
    }

    /** Of most there is nothing to add: they hold what they began with. */
    private StateHash.Key hashOf(int chunk) {
        StateHash.Key content = chunks[chunk] == blank ? blankHash : hashOf(chunks[chunk]);
        if (content.equals(blankHash)) {
            return NOTHING;
        }
        StateHash place = new StateHash();
        place.add(chunk);
        place.add(content);
        return place.key();
    }

    private static StateHash.Key hashOf(byte[] chunk) {
        StateHash hash = new StateHash();
        hash.add(chunk);
        return hash.key();
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}

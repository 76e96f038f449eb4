// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.pipeline;

import io.twinbank.hal.FlashBank;
import io.twinbank.hal.HalException;
import java.nio.ByteBuffer;

/**
 * Writes an image into a bank from its begin to its end: erases ahead, and leaves erase units alone that hold
 * the wanted bytes already. A power cut leaves whatever was written since the last sync in any state, and erase units up to
 * {@link #mayBeErasedTo} in no state that may be trusted.
 */
final class BankWriter {
    /** Units that differ mostly do so in their first bytes. */
    private static final int GLANCE_BYTES = 4096;
    /** After so many doublings the distance between two comparisons grows no more. */
    private static final int MAX_MISSES = 6;

    private static final byte PADDING = (byte) 0xff;

    private final FlashBank bank;
    private final Layout layout;
    private final long keepFrom;
    private final byte[] held;
    private long offset;
    private long erasedTo;
    private long highestErased;
    private int misses;
    private long nextComparison;
    private long keptBytes;

    /**
     * Makes a writer.
     *
     * @param bank the bank
     * @param layout how the image is cut
     * @param offset where to begin; whole erase units
     * @param keepFrom from where erase units may be left alone; a bank that starts anew keeps none
     */
    BankWriter(FlashBank bank, Layout layout, long offset, long keepFrom) {
        this.bank = bank;
        this.layout = layout;
        this.offset = offset;
        this.erasedTo = offset;
        this.highestErased = offset;
        boolean keeps = bank.resumable() && layout.wholeUnits() && keepFrom < layout.imageBytes();
        this.keepFrom = keeps ? Layout.roundUp(keepFrom, layout.eraseBytes()) : Long.MAX_VALUE;
        this.held = new byte[keeps ? layout.eraseBytes() : 0];
    }

    /** Returns how much of the image is in the bank. */
    long offset() {
        return offset;
    }

    /** Returns how many bytes of the image were in the bank already, so that their erase units were neither erased nor written. */
    long keptBytes() {
        return keptBytes;
    }

    /** Returns from where on no erase unit is erased before the checkpoint after this position is stored. */
    long mayBeErasedTo() {
        long next = offset + layout.checkpointBytes() + layout.eraseAheadBytes();
        return Math.max(keepFrom, Math.max(highestErased, Math.min(layout.erasableEnd(), next)));
    }

    /** Erases the first units, if none of them may be left alone. */
    void begin() throws HalException {
        if (!comparable(offset)) {
            eraseAhead(offset);
        }
    }

    /**
     * Writes the next bytes.
     *
     * @param chunk whole units, or up to the image's end, in a buffer with room for the padding of the last write unit
     */
    void write(ByteBuffer chunk) throws HalException {
        long begin = offset;
        long end = begin + chunk.remaining();
        long pending = begin;
        for (long at = begin; at < end; ) {
            long next = Math.min(end, at - at % layout.eraseBytes() + layout.eraseBytes());
            if (at >= erasedTo && comparable(at) && holds(at, chunk.slice((int) (at - begin), (int) (next - at)))) {
                flush(chunk, begin, pending, at);
                misses = 0;
                keptBytes += next - at;
                pending = next;
                erasedTo = next;
            } else if (at >= erasedTo) {
                eraseAhead(at);
            }
            at = next;
        }
        flush(chunk, begin, pending, end);
        offset = end;
    }

    private boolean comparable(long at) {
        return at >= keepFrom && at >= nextComparison;
    }

    /** An image that differs everywhere isn't compared everywhere: after each miss in a row the next look is further off. */
    private void eraseAhead(long at) throws HalException {
        if (comparable(at)) {
            nextComparison = at + ((long) layout.eraseBytes() << misses);
            misses = Math.min(misses + 1, MAX_MISSES);
        }
        long limit = at < keepFrom ? keepFrom : nextComparison;
        long end = Math.min(Math.min(at + layout.eraseAheadBytes(), layout.erasableEnd()), limit);
        bank.erase(at, end - at);
        erasedTo = end;
        highestErased = Math.max(highestErased, end);
    }

    private boolean holds(long at, ByteBuffer wanted) {
        int glance = Math.min(GLANCE_BYTES, wanted.remaining());
        try {
            return equal(at, wanted.slice(0, glance))
                    && equal(at + glance, wanted.slice(glance, wanted.remaining() - glance));
        } catch (HalException unreadable) {
            // What can't be read isn't what is wanted: it is erased and written.
            return false;
        }
    }

    private boolean equal(long at, ByteBuffer wanted) throws HalException {
        ByteBuffer found = ByteBuffer.wrap(held, 0, wanted.remaining());
        bank.read(at, found);
        return found.flip().equals(wanted);
    }

    private void flush(ByteBuffer chunk, long begin, long from, long to) throws HalException {
        if (from == to) {
            return;
        }
        int position = (int) (from - begin);
        int length = (int) (to - from);
        int padded = (int) Layout.roundUp(length, layout.writeBytes());
        ByteBuffer src = chunk.duplicate().clear().slice(position, padded);
        for (int i = length; i < padded; i++) {
            src.put(i, PADDING);
        }
        bank.write(from, src);
    }
}

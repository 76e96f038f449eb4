// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.internal.delta;

import io.twinbank.core.internal.delta.BadFrameException.Reason;
import java.util.Arrays;

/**
 * Decodes a stream of LZMA2 chunks, as they are in the format .xz (https://tukaani.org/xz/xz-file-format.txt) and in the LZMA
 * specification (https://7-zip.org/sdk.html), a part at a time. Its memory is its window, whatever the chunks claim. Whoever reads pulls;
 * no more is decoded than a batch ahead.
 */
final class Lzma2Stream {
    private static final int BATCH_BYTES = 1 << 12;

    private static final int STORED = 0x02;
    private static final int STORED_AFRESH = 0x01;
    private static final int CODED = 0x80;
    private static final int HEAD_BYTES = 5;

    private static final int PROBABILITY_BITS = 11;
    private static final short EVEN = 1 << (PROBABILITY_BITS - 1);
    private static final int ADAPTION = 5;
    private static final int TOP = 0xFF00_0000;

    private static final int STATES = 12;
    private static final int LITERAL_STATES = 7;
    private static final int MAX_POSITION_STATES = 1 << 4;
    private static final int MIN_MATCH = 2;
    private static final int LITERAL_SIZE = 0x300;
    private static final int DISTANCE_STATES = 4;
    private static final int SLOTS = 64;
    private static final int FIRST_CODED_SLOT = 4;
    private static final int FIRST_DIRECT_SLOT = 14;
    private static final int CODED_DISTANCES = 1 << (FIRST_DIRECT_SLOT / 2);
    private static final int ALIGN_BITS = 4;

    private final byte[] window;
    private final int mask;
    private int written;
    private int known;
    private int unread;

    private byte[] in = new byte[0];
    private int inAt;
    private int inEnd;
    private int chunkLeft;
    private int chunkEnd;
    private boolean stored;
    private boolean hasDictionary;
    private boolean hasState;
    private boolean hasProperties;

    private int literalContextBits;
    private int literalPositionMask;
    private int positionMask;
    private int state;
    private int rep0;
    private int rep1;
    private int rep2;
    private int rep3;
    private int repeat;
    private int range;
    private int code;

    private final short[] isMatch = new short[STATES * MAX_POSITION_STATES];
    private final short[] isRep = new short[STATES];
    private final short[] isRep0 = new short[STATES];
    private final short[] isRep1 = new short[STATES];
    private final short[] isRep2 = new short[STATES];
    private final short[] isRep0Long = new short[STATES * MAX_POSITION_STATES];
    private final short[] slots = new short[DISTANCE_STATES * SLOTS];
    private final short[] special = new short[CODED_DISTANCES];
    private final short[] align = new short[1 << ALIGN_BITS];
    private final short[] literals = new short[LITERAL_SIZE << 4];
    private final Lengths matchLengths = new Lengths();
    private final Lengths repLengths = new Lengths();

    /**
     * Makes one.
     *
     * @param windowBytes how far back it can repeat, a power of two
     */
    Lzma2Stream(int windowBytes) {
        window = new byte[windowBytes];
        mask = windowBytes - 1;
    }

    /** A group begins: what is read next goes on from nothing. */
    void restart() {
        hasDictionary = false;
        hasState = false;
        hasProperties = false;
        known = 0;
        part(in, 0, 0);
    }

    /** The stream goes on with these bytes; what was left of the part before is dropped. */
    void part(byte[] from, int begin, int end) {
        in = from;
        inAt = begin;
        inEnd = end;
        chunkLeft = 0;
        unread = 0;
        repeat = 0;
    }

    /** Tells whether the part was read to its last byte. */
    boolean isAtEnd() {
        return unread == 0 && chunkLeft == 0 && inAt == inEnd;
    }

    int read() throws BadFrameException {
        if (unread == 0) {
            decode();
        }
        return window[written - unread-- & mask] & 0xFF;
    }

    void read(byte[] dst, int at, int length) throws BadFrameException {
        int to = at;
        int left = length;
        while (left > 0) {
            if (unread == 0) {
                decode();
            }
            int from = written - unread & mask;
            int take = Math.min(Math.min(left, unread), window.length - from);
            System.arraycopy(window, from, dst, to, take);
            to += take;
            left -= take;
            unread -= take;
        }
    }

    /** Reads a number of at most 63 bits. */
    long number() throws BadFrameException {
        int next = read();
        long value = next & 0x7F;
        for (int shift = 7; next > 0x7F; shift += 7) {
            if (shift >= Long.SIZE - 1) {
                throw new BadFrameException(Reason.NUMBER, "a number of more than 63 bits");
            }
            next = read();
            value |= (next & 0x7FL) << shift;
        }
        return value;
    }

    private void decode() throws BadFrameException {
        if (chunkLeft == 0) {
            chunk();
        }
        int batch = Math.min(chunkLeft, BATCH_BYTES);
        chunkLeft -= batch;
        unread = batch;
        if (stored) {
            for (int i = 0; i < batch; i++) {
                window[written++ & mask] = in[inAt++];
            }
        } else {
            symbols(batch);
            if (chunkLeft == 0) {
                end();
            }
        }
        known = Math.min(known + batch, window.length);
    }

    private void chunk() throws BadFrameException {
        if (inAt == inEnd) {
            throw new BadFrameException(Reason.TRUNCATED, "a stream ends where more of it is needed");
        }
        int control = in[inAt] & 0xFF;
        stored = control < CODED;
        boolean afresh = stored ? control == STORED_AFRESH : control >= 0xE0;
        if (stored && control != STORED && control != STORED_AFRESH) {
            throw new BadFrameException(Reason.CHUNK, "a chunk of kind 0x%02x isn't known", control);
        }
        if (afresh) {
            hasDictionary = true;
            hasProperties = false;
            hasState = false;
            known = 0;
            written = 0;
            rep0 = 0;
        } else if (!hasDictionary) {
            throw new BadFrameException(
                    Reason.CHUNK, "a chunk of kind 0x%02x has no dictionary to go on with", control);
        }
        boolean properties = !stored && control >= 0xC0;
        need(stored ? 3 : properties ? HEAD_BYTES + 1 : HEAD_BYTES);
        int low = unsigned16(inAt + 1);
        if (stored) {
            chunkLeft = low + 1;
            inAt += 3;
            need(chunkLeft);
        } else {
            chunkLeft = ((control & 0x1F) << Short.SIZE | low) + 1;
            int coded = unsigned16(inAt + 3) + 1;
            inAt += HEAD_BYTES;
            if (properties) {
                properties(in[inAt++] & 0xFF);
            }
            if (control >= 0xA0) {
                if (!hasProperties) {
                    throw new BadFrameException(
                            Reason.CHUNK, "a chunk of kind 0x%02x has no properties to go on with", control);
                }
                forget();
            } else if (!hasState) {
                throw new BadFrameException(Reason.CHUNK, "a chunk of kind 0x%02x has no state to go on with", control);
            }
            need(coded);
            chunkEnd = inAt + coded;
            begin(coded);
        }
    }

    private void need(int bytes) throws BadFrameException {
        if (bytes > inEnd - inAt) {
            throw new BadFrameException(Reason.TRUNCATED, "a chunk needs %d bytes and has %d", bytes, inEnd - inAt);
        }
    }

    private int unsigned16(int at) {
        return (in[at] & 0xFF) << Byte.SIZE | (in[at + 1] & 0xFF);
    }

    private void properties(int packed) throws BadFrameException {
        int context = packed % 9;
        int position = packed / 9 % 5;
        int pos = packed / 45;
        if (pos > 4 || context + position > 4) {
            throw new BadFrameException(Reason.CHUNK, "properties 0x%02x of a chunk are out of range", packed);
        }
        literalContextBits = context;
        literalPositionMask = (1 << position) - 1;
        positionMask = (1 << pos) - 1;
        hasProperties = true;
    }

    private void forget() {
        state = 0;
        rep0 = 0;
        rep1 = 0;
        rep2 = 0;
        rep3 = 0;
        hasState = true;
        for (short[] bits :
                new short[][] {isMatch, isRep, isRep0, isRep1, isRep2, isRep0Long, slots, special, align, literals}) {
            Arrays.fill(bits, EVEN);
        }
        matchLengths.forget();
        repLengths.forget();
    }

    private void begin(int coded) throws BadFrameException {
        if (coded < HEAD_BYTES || in[inAt] != 0) {
            throw new BadFrameException(
                    Reason.CHUNK, "a coded chunk of %d bytes doesn't begin with 0 and four more", coded);
        }
        range = -1;
        code = unsigned16(inAt + 1) << Short.SIZE | unsigned16(inAt + 3);
        inAt += HEAD_BYTES;
    }

    private void end() throws BadFrameException {
        normalize();
        if (inAt < chunkEnd || code != 0 || repeat > 0) {
            throw new BadFrameException(
                    Reason.TRAILING,
                    "a coded chunk has %d bytes too many, %d of them repeated",
                    chunkEnd - inAt + repeat,
                    repeat);
        }
    }

    /** Decodes so many bytes into the window; of a repeat that goes beyond them, what is left is done the next time. */
    private void symbols(int batch) throws BadFrameException {
        int end = written + batch;
        int start = written - known;
        repeat(end);
        while (written < end) {
            int position = written & positionMask;
            int context = state * MAX_POSITION_STATES + position;
            if (bit(isMatch, context) == 0) {
                literal();
                continue;
            }
            int length;
            if (bit(isRep, state) == 0) {
                rep3 = rep2;
                rep2 = rep1;
                rep1 = rep0;
                length = matchLengths.decode(position);
                rep0 = distance(length);
                state = state < LITERAL_STATES ? 7 : 10;
            } else if (bit(isRep0, state) == 0) {
                if (bit(isRep0Long, context) == 0) {
                    length = 1;
                    state = state < LITERAL_STATES ? 9 : 11;
                } else {
                    length = repLengths.decode(position);
                    state = state < LITERAL_STATES ? 8 : 11;
                }
            } else {
                int distance;
                if (bit(isRep1, state) == 0) {
                    distance = rep1;
                } else {
                    if (bit(isRep2, state) == 0) {
                        distance = rep2;
                    } else {
                        distance = rep3;
                        rep3 = rep2;
                    }
                    rep2 = rep1;
                }
                rep1 = rep0;
                rep0 = distance;
                length = repLengths.decode(position);
                state = state < LITERAL_STATES ? 8 : 11;
            }
            int reach = Math.min(written - start, window.length);
            if (Integer.compareUnsigned(rep0, reach) >= 0) {
                throw new BadFrameException(
                        Reason.DISTANCE,
                        "a stream of %d bytes repeats from %d before",
                        reach,
                        Integer.toUnsignedLong(rep0) + 1);
            }
            repeat = length;
            repeat(end);
        }
    }

    private void repeat(int end) {
        int from = written - rep0 - 1;
        int to = Math.min(end, written + repeat);
        repeat -= to - written;
        for (int at = written; at < to; at++) {
            window[at & mask] = window[from++ & mask];
        }
        written = to;
    }

    private void literal() throws BadFrameException {
        int before = written == 0 ? 0 : window[written - 1 & mask] & 0xFF;
        int probabilities = LITERAL_SIZE
                * (((written & literalPositionMask) << literalContextBits)
                        + (before >>> (Byte.SIZE - literalContextBits)));
        int symbol = 1;
        if (state >= LITERAL_STATES) {
            int matched = window[written - rep0 - 1 & mask] & 0xFF;
            do {
                int matchBit = matched >>> 7 & 1;
                matched <<= 1;
                int bit = bit(literals, probabilities + ((1 + matchBit) << Byte.SIZE) + symbol);
                symbol = symbol << 1 | bit;
                if (matchBit != bit) {
                    break;
                }
            } while (symbol < 0x100);
        }
        while (symbol < 0x100) {
            symbol = symbol << 1 | bit(literals, probabilities + symbol);
        }
        state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
        window[written++ & mask] = (byte) symbol;
    }

    private int distance(int length) throws BadFrameException {
        int slot = tree(slots, Math.min(length - MIN_MATCH, DISTANCE_STATES - 1) * SLOTS, 6);
        if (slot < FIRST_CODED_SLOT) {
            return slot;
        }
        int bits = (slot >>> 1) - 1;
        int distance = (2 | (slot & 1)) << bits;
        if (slot < FIRST_DIRECT_SLOT) {
            return distance + reverse(special, distance - slot, bits);
        }
        int direct = 0;
        for (int i = ALIGN_BITS; i < bits; i++) {
            normalize();
            range >>>= 1;
            int below = (code - range) >>> 31;
            code -= range & below - 1;
            direct = direct << 1 | 1 - below;
        }
        return distance + (direct << ALIGN_BITS) + reverse(align, 0, ALIGN_BITS);
    }

    private int tree(short[] probabilities, int at, int bits) throws BadFrameException {
        int symbol = 1;
        for (int i = 0; i < bits; i++) {
            symbol = symbol << 1 | bit(probabilities, at + symbol);
        }
        return symbol - (1 << bits);
    }

    private int reverse(short[] probabilities, int at, int bits) throws BadFrameException {
        int node = 1;
        int symbol = 0;
        for (int i = 0; i < bits; i++) {
            int bit = bit(probabilities, at + node);
            node = node << 1 | bit;
            symbol |= bit << i;
        }
        return symbol;
    }

    private int bit(short[] probabilities, int at) throws BadFrameException {
        if ((range & TOP) == 0) {
            normalize();
        }
        int zero = probabilities[at];
        int bound = (range >>> PROBABILITY_BITS) * zero;
        if (Integer.compareUnsigned(code, bound) < 0) {
            range = bound;
            probabilities[at] = (short) (zero + (((1 << PROBABILITY_BITS) - zero) >>> ADAPTION));
            return 0;
        }
        range -= bound;
        code -= bound;
        probabilities[at] = (short) (zero - (zero >>> ADAPTION));
        return 1;
    }

    private void normalize() throws BadFrameException {
        if ((range & TOP) == 0) {
            if (inAt >= chunkEnd) {
                throw new BadFrameException(Reason.TRUNCATED, "a coded chunk ends where more of it is needed");
            }
            range <<= Byte.SIZE;
            code = code << Byte.SIZE | (in[inAt++] & 0xFF);
        }
    }

    /** How long a match is: 2 to 9, 10 to 17, or 18 to 273. */
    private final class Lengths {
        private final short[] choice = new short[2];
        private final short[] low = new short[MAX_POSITION_STATES << 3];
        private final short[] middle = new short[MAX_POSITION_STATES << 3];
        private final short[] high = new short[1 << 8];

        void forget() {
            for (short[] bits : new short[][] {choice, low, middle, high}) {
                Arrays.fill(bits, EVEN);
            }
        }

        int decode(int position) throws BadFrameException {
            if (bit(choice, 0) == 0) {
                return MIN_MATCH + tree(low, position << 3, 3);
            }
            if (bit(choice, 1) == 0) {
                return MIN_MATCH + 8 + tree(middle, position << 3, 3);
            }
            return MIN_MATCH + 16 + tree(high, 0, 8);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cbor;

import io.twinbank.core.RejectReason;
import io.twinbank.core.RejectedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Pulls items out of deterministically encoded CBOR (RFC 8949, section 4.2.1) and refuses every other encoding:
 * integers and lengths that aren't the shortest, indefinite lengths, map keys that are unsorted or double, text that
 * isn't UTF-8, floating point numbers, simple values other than false, true and null.
 *
 * <p>Nothing is allocated from a length head: a length is compared with the bytes that are left first. Offsets in
 * refusals and slices count in bytes from the start of the array. A refusal is {@link RejectReason#MALFORMED}, or {@link
 * RejectReason#LIMIT_EXCEEDED} where the bytes are well-formed but deeper, longer or larger than allowed; the reader is
 * of no use afterwards. Not safe for concurrent use.
 */
public final class CborReader {
    private static final int MAJOR_SIMPLE = 7;
    private static final int FALSE = 20;
    private static final int TRUE = 21;
    private static final int NULL = 22;

    /** What an item is. */
    public enum Type {
        /** An integer from 0 to 2<sup>64</sup>-1. */
        UNSIGNED,
        /** An integer from -2<sup>64</sup> to -1. */
        NEGATIVE,
        /** A byte string. */
        BYTES,
        /** A UTF-8 text string. */
        TEXT,
        /** An array of items. */
        ARRAY,
        /** A map, its keys sorted. */
        MAP,
        /** A tag: the item that it tags follows. */
        TAG,
        /** False or true. */
        BOOLEAN,
        /** Null. */
        NULL
    }

    private final byte[] bytes;
    private final int end;
    private int position;
    private boolean tagged;
    private boolean anyKeyOrder;
    private int itemStart;

    // One entry for each open array or map: where it begins, how many items (keys and values alike) it still has, and
    // for maps the last key, with which the next one is compared.
    private int depth;
    private final int[] start;
    private final int[] left;
    private final boolean[] map;
    private final int[] keyStart;
    private final int[] keyEnd;

    /**
     * Makes a reader of a whole array.
     *
     * @param bytes to read; not copied: the caller must not change them
     * @param maxDepth how many arrays and maps may be open at once
     */
    public CborReader(byte[] bytes, int maxDepth) {
        this(bytes, 0, bytes.length, maxDepth);
    }

    CborReader(byte[] bytes, int offset, int length, int maxDepth) {
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
        start = new int[maxDepth];
        left = new int[maxDepth];
        map = new boolean[maxDepth];
        keyStart = new int[maxDepth];
        keyEnd = new int[maxDepth];
    }

    /**
     * Takes the keys of maps in any order from now on, as COSE allows it in its own maps. The caller has to notice a key that
     * comes twice.
     *
     * @return this
     */
    public CborReader anyKeyOrder() {
        anyKeyOrder = true;
        return this;
    }

    /**
     * Returns where the next item begins.
     *
     * @return the offset in the array, in bytes
     */
    public int position() {
        return position;
    }

    /**
     * Returns what the next item is, without reading it.
     *
     * @return its type
     * @throws RejectedException where no item follows, or one that isn't allowed
     */
    public Type peek() throws RejectedException {
        need(1, position);
        int initial = bytes[position] & 0xff;
        if (initial >> 5 != MAJOR_SIMPLE) {
            return Type.values()[initial >> 5];
        }
        return switch (initial & 0x1f) {
            case FALSE, TRUE -> Type.BOOLEAN;
            case NULL -> Type.NULL;
            default ->
                throw malformed(position, "0x" + HexFormat.of().toHexDigits((byte) initial), "false, true or null");
        };
    }

    /**
     * Reads an unsigned integer.
     *
     * @return all 64 bits: compare with {@link Long#compareUnsigned}
     * @throws RejectedException where something else follows
     */
    public long readUnsigned() throws RejectedException {
        long value = take(Type.UNSIGNED);
        finish();
        return value;
    }

    /**
     * Reads an unsigned integer with a limit.
     *
     * @param max the largest allowed, not negative
     * @return from 0 to {@code max}
     * @throws RejectedException where something else follows, or a larger one
     */
    public long readUnsigned(long max) throws RejectedException {
        int at = position;
        long value = readUnsigned();
        if (Long.compareUnsigned(value, max) > 0) {
            throw exceeded(at, Long.toUnsignedString(value), max);
        }
        return value;
    }

    /**
     * Reads an integer of either sign.
     *
     * @return the value
     * @throws RejectedException where something else follows, or one that doesn't fit in 64 bits with a sign
     */
    public long readInteger() throws RejectedException {
        int at = position;
        boolean negative = peek() == Type.NEGATIVE;
        long value = take(negative ? Type.NEGATIVE : Type.UNSIGNED);
        if (value < 0) {
            throw exceeded(at, (negative ? "-1-" : "") + Long.toUnsignedString(value), Long.MAX_VALUE);
        }
        finish();
        return negative ? -1 - value : value;
    }

    /**
     * Reads a byte string.
     *
     * @return its content, in place
     * @throws RejectedException where something else follows
     */
    public Slice readBytes() throws RejectedException {
        return string(Type.BYTES, Integer.MAX_VALUE);
    }

    /**
     * Reads a byte string with a limit.
     *
     * @param max the largest allowed, in bytes
     * @return its content, in place
     * @throws RejectedException where something else follows, or a longer one
     */
    public Slice readBytes(int max) throws RejectedException {
        return string(Type.BYTES, max);
    }

    /**
     * Reads a text string with a limit.
     *
     * @param max the largest allowed, in bytes of UTF-8
     * @return the text
     * @throws RejectedException where something else follows, one that isn't UTF-8, or a longer one
     */
    public String readText(int max) throws RejectedException {
        Slice content = string(Type.TEXT, max);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, content.offset(), content.length()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed(content.offset(), content, "UTF-8");
        }
    }

    /**
     * Opens an array: its items follow, and it closes itself after the last.
     *
     * @return how many items follow
     * @throws RejectedException where something else follows, or more items than bytes are left
     */
    public int readArray() throws RejectedException {
        return open(Type.ARRAY, 1);
    }

    /**
     * Opens a map: its keys and values follow in turn, and it closes itself after the last.
     *
     * @return how many pairs follow
     * @throws RejectedException where something else follows, or more pairs than the bytes that are left can hold
     */
    public int readMap() throws RejectedException {
        return open(Type.MAP, 2);
    }

    /**
     * Reads a tag: the item that it tags follows.
     *
     * @return all 64 bits
     * @throws RejectedException where something else follows
     */
    public long readTag() throws RejectedException {
        long value = take(Type.TAG);
        tagged = true;
        return value;
    }

    /**
     * Reads false or true.
     *
     * @return the value
     * @throws RejectedException where something else follows
     */
    public boolean readBoolean() throws RejectedException {
        boolean value = take(Type.BOOLEAN) == TRUE;
        finish();
        return value;
    }

    /**
     * Reads null.
     *
     * @throws RejectedException where something else follows
     */
    public void readNull() throws RejectedException {
        take(Type.NULL);
        finish();
    }

    /**
     * Reads an item of any type with all that is in it, and checks it all.
     *
     * @return its encoding, its tags and head included
     * @throws RejectedException where none follows, or it isn't deterministic CBOR
     */
    public Slice readItem() throws RejectedException {
        int from = position;
        int outer = depth;
        do {
            switch (peek()) {
                case UNSIGNED -> readUnsigned();
                case NEGATIVE -> {
                    take(Type.NEGATIVE);
                    finish();
                }
                case BYTES -> readBytes();
                case TEXT -> readText(Integer.MAX_VALUE);
                case ARRAY -> readArray();
                case MAP -> readMap();
                case TAG -> readTag();
                case BOOLEAN -> readBoolean();
                case NULL -> readNull();
            }
        } while (tagged || depth > outer);
        return new Slice(bytes, from, position - from);
    }

    /**
     * Demands that nothing follows.
     *
     * @throws RejectedException where something does
     */
    public void end() throws RejectedException {
        if (position != end) {
            throw malformed(position, (end - position) + " bytes more", "the end");
        }
    }

    private int open(Type type, int itemsPerCount) throws RejectedException {
        int at = position;
        long count = take(type);
        int most = (end - position) / itemsPerCount;
        if (Long.compareUnsigned(count, most) > 0) {
            throw malformed(
                    at, type + " of " + Long.toUnsignedString(count), "at most " + most + ", as bytes are left");
        }
        if (count == 0) {
            finish();
            return 0;
        }
        if (depth == start.length) {
            throw exceeded(at, "nesting of more than " + depth, depth);
        }
        start[depth] = itemStart;
        left[depth] = (int) count * itemsPerCount;
        map[depth] = type == Type.MAP;
        keyStart[depth] = position;
        keyEnd[depth] = position;
        depth++;
        tagged = false;
        return (int) count;
    }

    private Slice string(Type type, int max) throws RejectedException {
        int at = position;
        long length = take(type);
        need(length, at);
        if (length > max) {
            throw exceeded(at, length + " bytes", max);
        }
        Slice content = new Slice(bytes, position, (int) length);
        position += (int) length;
        finish();
        return content;
    }

    private long take(Type type) throws RejectedException {
        Type found = peek();
        if (found != type) {
            throw malformed(position, found, type);
        }
        if (!tagged) {
            itemStart = position;
        }
        int at = position++;
        int info = bytes[at] & 0x1f;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw malformed(at, info == 31 ? "an indefinite length" : "reserved head " + info, "a definite length");
        }
        int size = 1 << (info - 24);
        need(size, at);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = (value << 8) | (bytes[position++] & 0xff);
        }
        boolean shortest = size == 1 ? value >= 24 : value >>> (size * 4) != 0;
        if (!shortest) {
            throw malformed(at, Long.toUnsignedString(value) + " in " + size + " bytes", "the shortest form");
        }
        return value;
    }

    /** An item has ended: with it may end the arrays and maps whose last it was. */
    private void finish() throws RejectedException {
        tagged = false;
        int from = itemStart;
        while (depth > 0) {
            int top = depth - 1;
            if (map[top] && left[top] % 2 == 0 && !anyKeyOrder) {
                checkKey(top, from);
            }
            if (--left[top] > 0) {
                return;
            }
            depth = top;
            from = start[top];
        }
    }

    private void checkKey(int top, int from) throws RejectedException {
        boolean first = keyEnd[top] == keyStart[top];
        int order = Arrays.compareUnsigned(bytes, keyStart[top], keyEnd[top], bytes, from, position);
        if (!first && order >= 0) {
            String key = new Slice(bytes, from, position - from).toString();
            throw malformed(from, order == 0 ? "key " + key + " twice" : "key " + key, "keys in ascending order");
        }
        keyStart[top] = from;
        keyEnd[top] = position;
    }

    private void need(long count, int at) throws RejectedException {
        if (Long.compareUnsigned(count, end - position) > 0) {
            throw malformed(
                    at,
                    Long.toUnsignedString(count) + " bytes needed",
                    "at most " + (end - position) + ", as are left");
        }
    }

    private static RejectedException malformed(int at, Object found, Object expected) {
        return new RejectedException(RejectReason.MALFORMED, "CBOR at byte " + at, found, expected);
    }

    private static RejectedException exceeded(int at, Object found, Object limit) {
        return new RejectedException(RejectReason.LIMIT_EXCEEDED, "CBOR at byte " + at, found, "at most " + limit);
    }
}

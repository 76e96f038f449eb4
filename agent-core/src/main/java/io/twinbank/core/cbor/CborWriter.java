// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.cbor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Writes deterministically encoded CBOR (RFC 8949, section 4.2.1): it counts items and sorts map keys itself, so that no
 * caller can get them wrong. Not safe for concurrent use.
 *
 * <pre>{@code
 * byte[] encoded = new CborWriter()
 *     .array(a -> a.integer(-16).bytes(hash))
 *     .toByteArray();
 * }</pre>
 */
public final class CborWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int items;

    /** Makes an empty writer. */
    public CborWriter() {}

    /** Collects the entries of a map, in any order. */
    public static final class MapWriter {
        private final Map<byte[], CborWriter> entries = new TreeMap<>(Arrays::compareUnsigned);

        private MapWriter() {}

        /**
         * Adds an entry with an integer key.
         *
         * @param key the key
         * @return where exactly one value is to be written
         * @throws IllegalArgumentException if the key is there
         */
        public CborWriter entry(long key) {
            return entryOf(new CborWriter().integer(key));
        }

        /**
         * Adds an entry with a text key.
         *
         * @param key the key
         * @return where exactly one value is to be written
         * @throws IllegalArgumentException if the key is there
         */
        public CborWriter entry(String key) {
            return entryOf(new CborWriter().text(key));
        }

        /**
         * Adds an entry with any key.
         *
         * @param key a writer that has exactly one item
         * @return where exactly one value is to be written
         * @throws IllegalArgumentException if the key is there
         */
        public CborWriter entryOf(CborWriter key) {
            CborWriter value = new CborWriter();
            if (entries.putIfAbsent(key.single(), value) != null) {
                throw new IllegalArgumentException("key: twice in one map");
            }
            return value;
        }
    }

    /**
     * Writes an integer.
     *
     * @param value the value
     * @return this
     */
    public CborWriter integer(long value) {
        return value < 0 ? head(1, -1 - value).count() : head(0, value).count();
    }

    /**
     * Writes an unsigned integer.
     *
     * @param value all 64 bits
     * @return this
     */
    public CborWriter unsigned(long value) {
        return head(0, value).count();
    }

    /**
     * Writes a byte string.
     *
     * @param value its content
     * @return this
     */
    public CborWriter bytes(byte[] value) {
        head(2, value.length);
        out.writeBytes(value);
        return count();
    }

    /**
     * Writes a byte string that has CBOR in it.
     *
     * @param content writes the content
     * @return this
     */
    public CborWriter embedded(Consumer<CborWriter> content) {
        CborWriter inner = new CborWriter();
        content.accept(inner);
        return bytes(inner.toByteArray());
    }

    /**
     * Writes a text string.
     *
     * @param value the text
     * @return this
     */
    public CborWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        head(3, utf8.length);
        out.writeBytes(utf8);
        return count();
    }

    /**
     * Writes an array.
     *
     * @param content writes the items
     * @return this
     */
    public CborWriter array(Consumer<CborWriter> content) {
        CborWriter inner = new CborWriter();
        content.accept(inner);
        head(4, inner.items);
        out.writeBytes(inner.toByteArray());
        return count();
    }

    /**
     * Writes a map.
     *
     * @param content adds the entries, in any order
     * @return this
     */
    public CborWriter map(Consumer<MapWriter> content) {
        MapWriter inner = new MapWriter();
        content.accept(inner);
        head(5, inner.entries.size());
        inner.entries.forEach((key, value) -> {
            out.writeBytes(key);
            out.writeBytes(value.single());
        });
        return count();
    }

    /**
     * Writes a tag; the item that it tags is to be written next.
     *
     * @param number all 64 bits
     * @return this
     */
    public CborWriter tag(long number) {
        return head(6, number);
    }

    /**
     * Writes false or true.
     *
     * @param value the value
     * @return this
     */
    public CborWriter bool(boolean value) {
        return head(7, value ? 21 : 20).count();
    }

    /**
     * Writes null.
     *
     * @return this
     */
    public CborWriter nil() {
        return head(7, 22).count();
    }

    /**
     * Writes an item that is encoded already.
     *
     * @param item exactly one item in deterministic encoding
     * @return this
     */
    public CborWriter encoded(byte[] item) {
        out.writeBytes(item);
        return count();
    }

    /**
     * Returns what was written.
     *
     * @return a fresh array
     */
    public byte[] toByteArray() {
        return out.toByteArray();
    }

    private byte[] single() {
        if (items != 1) {
            throw new IllegalArgumentException("a key or value of a map: " + items + " items, not one");
        }
        return toByteArray();
    }

    private CborWriter count() {
        items++;
        return this;
    }

    private CborWriter head(int major, long value) {
        int size = value >>> 32 != 0 ? 8 : value >>> 16 != 0 ? 4 : value >>> 8 != 0 ? 2 : value >= 24 ? 1 : 0;
        int info = size == 0 ? (int) value : 24 + Integer.numberOfTrailingZeros(size);
        out.write((major << 5) | info);
        for (int i = size - 1; i >= 0; i--) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }
}

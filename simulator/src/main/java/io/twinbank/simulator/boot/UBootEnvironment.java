// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.VariableArea.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * U-Boot's environment with redundancy: two copies, each in an erase unit of its own, laid out as {@code env_t}.
 *
 * <pre>
 *   0  4  CRC-32 of the data, little-endian
 *   4  1  flags: a serial number that wraps; the copy with the later one is active
 *   5  n  data: name=value, each ended by a zero; one more zero; filled with zeros
 * </pre>
 *
 * <p>A write goes to the copy that isn't active, with the next serial number, so that a cut leaves the active one as it was. As
 * in U-Boot the CRC doesn't cover the flags: one flipped bit there can bring back the variables of one write ago, never a mix.
 *
 * <p>On serial flash U-Boot has {@linkplain Redundancy#ACTIVE_MARK another} scheme: the new copy is written as active, then the
 * old one is marked obsolete. A cut between the two leaves both active.
 */
public final class UBootEnvironment {
    /** How many copies there are. */
    public static final int COPIES = 2;

    private static final int HEADER_BYTES = 5;
    private static final int BYTES = 256;

    /** So that it wraps in the first update. */
    private static final int FIRST_SERIAL = 254;

    private static final byte ACTIVE = (byte) 0xff;

    private final VariableArea area;
    private final Redundancy redundancy;
    private final int size;

    UBootEnvironment(VariableArea area, Redundancy redundancy) {
        this.area = area;
        this.redundancy = redundancy;
        this.size = area.padded(BYTES);
    }

    /** How the active copy is told. */
    public enum Redundancy {
        /** By a serial number, on block devices, in files and on UBI. */
        SERIAL_NUMBER,
        /**
         * By a mark, on serial flash ({@code env_sf}): 1 is active, 0 obsolete. Here the mark has a program unit of its own
         * behind the copy, and is active while it is blank, because simulated flash forbids to program anything twice.
         */
        ACTIVE_MARK
    }

    /**
     * A copy whose CRC is right.
     *
     * @param index 0 or 1
     * @param flags its serial number, 0 to 255
     * @param values its variables
     */
    record Copy(int index, int flags, SortedMap<String, String> values) {}

    /** Says which of two good copies is active. */
    @FunctionalInterface
    public interface TieBreak {
        /**
         * Chooses.
         *
         * @param flags0 of the first copy
         * @param flags1 of the second copy
         * @return 0 or 1
         */
        int active(int flags0, int flags1);
    }

    /**
     * U-Boot's {@code env_check_redund()}: the later serial number, 0 being later than 255; the first copy if they are equal.
     * The one place for it: the loader and the agent's tools must not differ here.
     *
     * @param flags0 of the first copy
     * @param flags1 of the second copy
     * @return 0 or 1
     */
    public static int later(int flags0, int flags1) {
        if (flags0 == 255 && flags1 == 0) {
            return 1;
        }
        return flags1 > flags0 && !(flags1 == 255 && flags0 == 0) ? 1 : 0;
    }

    boolean isSerial() {
        return redundancy == Redundancy.SERIAL_NUMBER;
    }

    int copyBytes() {
        return size;
    }

    Optional<Copy> active(Reader reader, TieBreak tieBreak) {
        Optional<Copy> first = copy(0, reader);
        Optional<Copy> second = copy(1, reader);
        if (first.isPresent() && second.isPresent()) {
            return tieBreak.active(first.get().flags(), second.get().flags()) == 0 ? first : second;
        }
        return first.isPresent() ? first : second;
    }

    private Optional<Copy> copy(int index, Reader reader) {
        Optional<Copy> copy = reader.read(index, 0, size).flatMap(bytes -> decode(index, bytes));
        if (redundancy == Redundancy.SERIAL_NUMBER) {
            return copy;
        }
        int mark =
                reader.read(index, size, 1).filter(bytes -> bytes[0] == ACTIVE).isPresent() ? 1 : 0;
        return copy.map(found -> new Copy(index, mark, found.values()));
    }

    /** Writes the copy that isn't this one. */
    void save(SortedMap<String, String> values, Optional<Copy> active) throws HalException {
        int index = active.map(copy -> 1 - copy.index()).orElse(0);
        int flags = active.map(copy -> copy.flags() + 1 & 0xff).orElse(1);
        if (redundancy == Redundancy.SERIAL_NUMBER) {
            area.rewrite(index, encode(flags, values));
            return;
        }
        byte[] copyAndMark = Arrays.copyOf(encode(1, values), size + 1);
        copyAndMark[size] = ACTIVE;
        area.rewrite(index, copyAndMark);
        if (active.isPresent()) {
            area.append(1 - index, size, new byte[] {0});
        }
    }

    /** Writes the copy that isn't this one, at once and durably. */
    void poke(SortedMap<String, String> values, Copy active) throws HalException {
        area.poke(1 - active.index(), encode(active.flags() + 1 & 0xff, values));
    }

    void provision(SortedMap<String, String> values) throws HalException {
        area.spoil();
        area.poke(0, encode(FIRST_SERIAL, values));
    }

    private byte[] encode(int flags, SortedMap<String, String> values) {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\0'));
        byte[] content = text.append('\0').toString().getBytes(StandardCharsets.US_ASCII);
        if (content.length > size - HEADER_BYTES) {
            throw new IllegalStateException(
                    "environment of " + content.length + " bytes, at most " + (size - HEADER_BYTES) + ": " + values);
        }
        byte[] data = Arrays.copyOf(content, size - HEADER_BYTES);
        return ByteBuffer.allocate(size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(crc(data))
                .put((byte) flags)
                .put(data)
                .array();
    }

    private static Optional<Copy> decode(int index, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int crc = buffer.getInt();
        int flags = buffer.get() & 0xff;
        byte[] data = Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
        if (crc != crc(data)) {
            return Optional.empty();
        }
        SortedMap<String, String> values = new TreeMap<>();
        String text = new String(data, StandardCharsets.US_ASCII);
        for (String line : text.substring(0, text.indexOf("\0\0") + 1).split("\0", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return Optional.of(new Copy(index, flags, values));
    }

    private static int crc(byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(data);
        return (int) crc.getValue();
    }
}

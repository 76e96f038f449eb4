// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot;

import io.twinbank.hal.BankId;
import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.VariableArea.Reader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * A trailer as it lies in one erase unit: a header, then words of which each is written once, the magic first. Each word has
 * program units of its own, so that a later one can't tear an earlier one. A trailer without a whole magic isn't one.
 *
 * <pre>
 *   header:  0 4 "TRLR"   4 4 kind   8 8 order   16 8 id of the last trial   24 4 CRC-32 of bytes 0 to 23
 *   word:    0 4 flag     4 8 order  12 4 CRC-32 of bytes 0 to 11
 * </pre>
 *
 * <p>A torn word is neither set nor unset: it is passed over, and the flag is written again behind it. A word of another order
 * is a leftover, for a block device isn't erased. Where there is no room for a word the trailer is written anew instead.
 *
 * @param unit where it lies
 * @param kind what it is for
 * @param order which of several is in force: the highest
 * @param trialId of the last trial
 * @param flags which words are set
 * @param words how many words are used up
 */
record McubootTrailer(int unit, Kind kind, long order, long trialId, Set<Flag> flags, int words) {
    /** Slot A has the first ones, slot B those behind. */
    static final int UNITS_PER_SLOT = 2;

    private static final int MAGIC = 0x54524c52;
    private static final int HEADER_BYTES = 28;
    private static final int WORD_BYTES = 16;
    private static final int MAX_WORDS = 16;

    /** What a trailer is for. */
    enum Kind {
        /** Its slot is to be tried; the other slot is what it reverts to. */
        PENDING(1),
        /** Its slot was tried; the other slot is what it reverts to. */
        TRIED(2),
        /** Its slot is permanent. */
        PERMANENT(3),
        /** Every trailer was lost: its slot was tried, and the other slot is to be tried as well. */
        DEFAULT(4);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** What is written later, and once. */
    enum Flag {
        /** The trailer is whole. */
        MAGIC(0x77c295f3),
        /** Its slot was booted. */
        COPY_DONE(0x60d2ef7f),
        /** Its slot was confirmed. */
        IMAGE_OK(0x3552500f);

        private final int code;

        Flag(int code) {
            this.code = code;
        }
    }

    BankId slot() {
        return unit < UNITS_PER_SLOT ? BankId.A : BankId.B;
    }

    boolean isTried() {
        return kind != Kind.PENDING || flags.contains(Flag.COPY_DONE);
    }

    boolean isPermanent() {
        return kind == Kind.PERMANENT || flags.contains(Flag.IMAGE_OK);
    }

    /** Whether a word can be added. On a block device it can't: a sector that is written may take its neighbours along. */
    boolean hasRoom(VariableArea area) {
        return area.erasesFirst() && words < MAX_WORDS && at(area, words + 1) <= area.unitBytes();
    }

    /** The magic is last: until it is whole the trailer before is in force. */
    static void write(VariableArea area, int unit, Kind kind, long order, long trialId) throws HalException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                .putInt(MAGIC)
                .putInt(kind.code)
                .putLong(order)
                .putLong(trialId);
        area.rewrite(unit, closed(header));
        area.append(unit, at(area, 0), word(Flag.MAGIC, order));
    }

    static void poke(VariableArea area, int unit, Kind kind, long order) throws HalException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                .putInt(MAGIC)
                .putInt(kind.code)
                .putLong(order)
                .putLong(0);
        ByteBuffer all = ByteBuffer.allocate(at(area, 1));
        while (all.hasRemaining()) {
            all.put((byte) 0xff);
        }
        all.put(0, closed(header)).put(at(area, 0), word(Flag.MAGIC, order));
        area.poke(unit, all.array());
    }

    void set(VariableArea area, Flag flag) throws HalException {
        area.append(unit, at(area, words), word(flag, order));
    }

    static Optional<McubootTrailer> read(VariableArea area, Reader reader, int unit) {
        Optional<byte[]> header = reader.read(unit, 0, HEADER_BYTES).filter(McubootTrailer::isWhole);
        if (header.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(header.get());
        long order = fields.getLong(8);
        Optional<Kind> kind = Arrays.stream(Kind.values())
                .filter(each -> each.code == fields.getInt(4))
                .findFirst();
        if (fields.getInt(0) != MAGIC || kind.isEmpty()) {
            return Optional.empty();
        }
        Set<Flag> flags = EnumSet.noneOf(Flag.class);
        int words = 0;
        while (words < MAX_WORDS && at(area, words + 1) <= area.unitBytes()) {
            Optional<byte[]> word = reader.read(unit, at(area, words), WORD_BYTES);
            Optional<Flag> flag = word.flatMap(bytes -> flag(bytes, order));
            if (flag.isEmpty() && word.isPresent() && isFree(word.get(), area)) {
                break;
            }
            flag.ifPresent(flags::add);
            words++;
        }
        return flags.contains(Flag.MAGIC)
                ? Optional.of(new McubootTrailer(unit, kind.get(), order, fields.getLong(16), flags, words))
                : Optional.empty();
    }

    private static boolean isFree(byte[] word, VariableArea area) {
        if (!area.erasesFirst()) {
            return true;
        }
        for (byte cell : word) {
            if (cell != (byte) 0xff) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Flag> flag(byte[] word, long order) {
        ByteBuffer fields = ByteBuffer.wrap(word);
        if (isWhole(word) && fields.getLong(4) == order) {
            for (Flag flag : Flag.values()) {
                if (fields.getInt(0) == flag.code) {
                    return Optional.of(flag);
                }
            }
        }
        return Optional.empty();
    }

    private static byte[] word(Flag flag, long order) {
        return closed(ByteBuffer.allocate(WORD_BYTES).putInt(flag.code).putLong(order));
    }

    private static int at(VariableArea area, int word) {
        return area.padded(HEADER_BYTES) + word * area.padded(WORD_BYTES);
    }

    private static byte[] closed(ByteBuffer open) {
        byte[] bytes = new byte[open.capacity()];
        open.get(0, bytes);
        ByteBuffer.wrap(bytes).putInt(bytes.length - Integer.BYTES, crc(bytes));
        return bytes;
    }

    private static boolean isWhole(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getInt(bytes.length - Integer.BYTES) == crc(bytes);
    }

    private static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return "trailer " + unit + " of slot " + slot() + " #" + order + " " + kind + " " + flags + ", trial "
                + Long.toHexString(trialId);
    }
}

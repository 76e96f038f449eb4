// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.boot.bugs;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.boot.VariableArea;
import io.twinbank.simulator.boot.VariableArea.Reader;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The trailer of a slot, in an erase unit of its own: words that are written once, and last the magic, in a place of its own at
 * the end. A torn word is passed over; a torn magic is neither good nor unset.
 *
 * @param unit where it lies
 * @param magic its magic
 * @param words what is set
 * @param used how many places of words are used up
 */
record SwapTrailer(int unit, Magic magic, Map<Word, Info> words, int used) {
    private static final int WORD_BYTES = 20;
    private static final int PLACES = 7;
    private static final int MAGIC = 0x77c295f3;

    /** What the magic may be. */
    enum Magic {
        /** Whole. */
        GOOD,
        /** Torn. */
        BAD,
        /** Erased. */
        UNSET
    }

    /** What is written once. */
    enum Word {
        /** The swap is a trial. */
        TEST(1),
        /** The swap takes a trial back. */
        REVERT(2),
        /** The first sector was copied. */
        STEP_1(3),
        /** The second one. */
        STEP_2(4),
        /** The third one: the swap is done. */
        STEP_3(5),
        /** The slot was booted. */
        COPY_DONE(6),
        /** The slot is permanent. */
        IMAGE_OK(7),
        /** The agent knows of the revert. */
        SEEN(8);

        private final int code;

        Word(int code) {
            this.code = code;
        }
    }

    /**
     * What goes with a word.
     *
     * @param swap the swap's number
     * @param trialId the trial's id
     */
    record Info(int swap, long trialId) {}

    boolean has(Word word) {
        return words.containsKey(word);
    }

    /** What swap it tells of; one whose word is torn tells of none. */
    Optional<Info> info() {
        Info test = words.get(Word.TEST);
        return Optional.ofNullable(test == null ? words.get(Word.REVERT) : test);
    }

    long trialId() {
        return info().map(Info::trialId).orElse(0L);
    }

    int swap() {
        return info().map(Info::swap).orElse(0);
    }

    /** Whether the magic is whole and tells of a swap. */
    boolean isGood() {
        return magic == Magic.GOOD && info().isPresent();
    }

    /** How many sectors were copied. */
    int steps() {
        return has(Word.STEP_3) ? 3 : has(Word.STEP_2) ? 2 : has(Word.STEP_1) ? 1 : 0;
    }

    static SwapTrailer read(VariableArea area, Reader reader, int unit) {
        Map<Word, Info> words = new EnumMap<>(Word.class);
        int used = 0;
        for (int place = 0; place < PLACES; place++) {
            Optional<byte[]> bytes = reader.read(unit, at(area, place), WORD_BYTES);
            if (bytes.isPresent() && !isBlank(bytes.get())) {
                used = place + 1;
                put(words, ByteBuffer.wrap(bytes.get()));
            }
        }
        Optional<byte[]> magic = reader.read(unit, at(area, PLACES), WORD_BYTES);
        Magic found = Magic.BAD;
        if (magic.isPresent() && isBlank(magic.get())) {
            found = Magic.UNSET;
        } else if (magic.isPresent() && codeOf(ByteBuffer.wrap(magic.get())) == MAGIC) {
            found = Magic.GOOD;
        }
        return new SwapTrailer(unit, found, words, used);
    }

    private static void put(Map<Word, Info> words, ByteBuffer fields) {
        int code = codeOf(fields);
        for (Word word : Word.values()) {
            if (word.code == code) {
                words.put(word, new Info(fields.getInt(4), fields.getLong(8)));
            }
        }
    }

    /** Writes words one after another, behind those that are there. */
    static void append(VariableArea area, int unit, Info info, Word... more) throws HalException {
        int place = read(area, area.board(), unit).used();
        for (Word word : more) {
            if (place == PLACES) {
                throw new HalException(HalException.Kind.NO_SPACE, "trailer " + unit + " is full");
            }
            area.append(unit, at(area, place++), encode(word.code, info));
        }
    }

    static void writeMagic(VariableArea area, int unit, Info info) throws HalException {
        area.append(unit, at(area, PLACES), encode(MAGIC, info));
    }

    private static byte[] encode(int code, Info info) {
        byte[] bytes = new byte[WORD_BYTES];
        ByteBuffer.wrap(bytes).putInt(code).putInt(info.swap()).putLong(info.trialId());
        ByteBuffer.wrap(bytes).putInt(WORD_BYTES - Integer.BYTES, crc(bytes));
        return bytes;
    }

    /** Returns 0 for a word that is torn. */
    private static int codeOf(ByteBuffer fields) {
        byte[] bytes = new byte[WORD_BYTES];
        fields.get(0, bytes);
        return fields.getInt(WORD_BYTES - Integer.BYTES) == crc(bytes) ? fields.getInt(0) : 0;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte cell : bytes) {
            if (cell != (byte) 0xff) {
                return false;
            }
        }
        return true;
    }

    private static int at(VariableArea area, int place) {
        return place * area.padded(WORD_BYTES);
    }

    private static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, WORD_BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }

    @Override
    public String toString() {
        return "magic " + magic + " " + words.keySet() + ", swap " + swap() + ", trial " + Long.toHexString(trialId());
    }
}

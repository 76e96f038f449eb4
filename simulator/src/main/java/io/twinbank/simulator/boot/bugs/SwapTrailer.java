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
    private static final int BASE = 0x53570000;

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
        TEST,
        /** The swap takes a trial back. */
        REVERT,
        /** The first sector was copied. */
        STEP_1,
        /** The second one. */
        STEP_2,
        /** The third one: the swap is done. */
        STEP_3,
        /** The slot was booted. */
        COPY_DONE,
        /** The slot is permanent. */
        IMAGE_OK,
        /** The agent knows of the revert. */
        SEEN
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
                decode(bytes.get()).filter(code -> code >= 0).ifPresent(code -> put(words, code, bytes.get()));
            }
        }
        Optional<byte[]> magic = reader.read(unit, at(area, PLACES), WORD_BYTES);
        Magic found = Magic.BAD;
        if (magic.isPresent() && isBlank(magic.get())) {
            found = Magic.UNSET;
        } else if (magic.flatMap(SwapTrailer::decode).isPresent()) {
            found = Magic.GOOD;
        }
        return new SwapTrailer(unit, found, words, used);
    }

    private static void put(Map<Word, Info> words, int code, byte[] bytes) {
        ByteBuffer fields = ByteBuffer.wrap(bytes);
        words.put(Word.values()[code], new Info(fields.getInt(4), fields.getLong(8)));
    }

    /** Writes words one after another, behind those that are there. */
    static void append(VariableArea area, int unit, Info info, Word... more) throws HalException {
        int place = read(area, area.board(), unit).used();
        for (Word word : more) {
            if (place == PLACES) {
                throw new HalException(HalException.Kind.NO_SPACE, "trailer " + unit + " is full");
            }
            area.append(unit, at(area, place++), encode(word.ordinal(), info));
        }
    }

    static void writeMagic(VariableArea area, int unit, Info info) throws HalException {
        area.append(unit, at(area, PLACES), encode(Word.values().length, info));
    }

    private static byte[] encode(int code, Info info) {
        ByteBuffer bytes = ByteBuffer.allocate(WORD_BYTES)
                .putInt(BASE + code)
                .putInt(info.swap())
                .putLong(info.trialId());
        return bytes.putInt(crc(bytes.array())).array();
    }

    /** Returns which word it is, or the magic; empty if it is none. */
    private static Optional<Integer> decode(byte[] bytes) {
        ByteBuffer fields = ByteBuffer.wrap(bytes);
        int code = fields.getInt(0) - BASE;
        boolean whole = fields.getInt(WORD_BYTES - Integer.BYTES) == crc(bytes);
        return whole && code >= 0 && code <= Word.values().length ? Optional.of(code) : Optional.empty();
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

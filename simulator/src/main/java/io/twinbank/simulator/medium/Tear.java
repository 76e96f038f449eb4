// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far an operation had come when the power failed. Its text, such as {@code prefix:37}, is part of a schedule.
 *
 * @param kind how
 * @param parameter what the kind needs, else 0
 */
public record Tear(Kind kind, long parameter) {
    /** The operation isn't done. */
    public static final Tear BEFORE = new Tear(Kind.BEFORE, 0);
    /** The operation is done, and its caller never learns of it. */
    public static final Tear AFTER = new Tear(Kind.AFTER, 0);

    private static final Pattern TEXT = Pattern.compile("([a-z-]+)(?::(\\d{1,18}))?");

    /** The ways of a cut, simplest first. "Units" are those that the device programs or erases at once. */
    public enum Kind {
        /** Not done. */
        BEFORE,
        /** Done. */
        AFTER,
        /** The first so many bytes are done. */
        PREFIX,
        /** All but the first so many bytes are done. */
        SUFFIX,
        /** Every second unit, from the first, is done. */
        EVEN,
        /** Every second unit, from the second, is done. */
        ODD,
        /** Of the bits that differ, those under a mask of 8 bits, repeated, are done. */
        BITS,
        /** Of the bits that differ, one, counted from 0, is done. */
        ONE_BIT,
        /** Of the bits that differ, all but one, counted from 0, are done. */
        ALL_BUT_BIT,
        /** Of the bits that differ, some are done: drawn from a seed. */
        SEEDED,
        /** An erase that writes zeros first, as some NOR does, and from the end: all but the first so many bytes hold zeros. */
        ZEROS,
        /** Done as far as a reader sees, and decays after so many reads, or if that is 0, at the next power cut. */
        MARGINAL;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Reads its text back.
     *
     * @param text such as {@code prefix:37} or {@code after}
     * @return the tear
     * @throws IllegalArgumentException if it isn't one
     */
    public static Tear parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (matcher.matches()) {
            for (Kind kind : Kind.values()) {
                if (kind.text().equals(matcher.group(1))) {
                    return new Tear(kind, matcher.group(2) == null ? 0 : Long.parseLong(matcher.group(2)));
                }
            }
        }
        throw new IllegalArgumentException("'" + text + "' must be before, after, or a tear such as prefix:37");
    }

    @Override
    public String toString() {
        boolean plain = kind == Kind.BEFORE || kind == Kind.AFTER || kind == Kind.EVEN || kind == Kind.ODD;
        return plain ? kind.text() : kind.text() + ":" + parameter;
    }
}

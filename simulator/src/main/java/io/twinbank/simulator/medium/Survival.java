// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.medium;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of the writes that a device had acknowledged and not yet flushed survive a power cut. Its text, such as {@code
 * keep:all} or {@code keep:mask:5}, is part of a schedule.
 *
 * @param kind how they are chosen
 * @param parameter a mask, a number of writes, or a position counted from 0; else 0
 */
public record Survival(Kind kind, long parameter) {
    /** None survives. */
    public static final Survival NONE = new Survival(Kind.NONE, 0);
    /** All survive. */
    public static final Survival ALL = new Survival(Kind.ALL, 0);

    /** Up to how many pending writes every subset is tried. */
    public static final int EVERY_SUBSET = 5;

    private static final Pattern TEXT = Pattern.compile("keep:([a-z-]+)(?::(\\d{1,18}))?");

    /** The ways to choose, simplest first. */
    public enum Kind {
        /** None. */
        NONE,
        /** All. */
        ALL,
        /** The first so many. */
        PREFIX,
        /** All but the first so many. */
        SUFFIX,
        /** Only the one at a position. */
        ONLY,
        /** All but the one at a position. */
        ALL_BUT,
        /** Those whose bit in a mask is set; the first write is the lowest bit. */
        MASK;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Tells whether a write survives.
     *
     * @param position among the pending writes, from 0, oldest first
     * @return whether it does
     */
    public boolean keeps(int position) {
        return switch (kind) {
            case NONE -> false;
            case ALL -> true;
            case PREFIX -> position < parameter;
            case SUFFIX -> position >= parameter;
            case ONLY -> position == parameter;
            case ALL_BUT -> position != parameter;
            case MASK -> position < Long.SIZE && (parameter >>> position & 1) != 0;
        };
    }

    /**
     * Lists what may survive: every subset of few writes, a choice of many.
     *
     * @param pending how many writes are pending
     * @return the different ways, simplest first; one way where nothing is pending
     */
    public static List<Survival> of(int pending) {
        if (pending == 0) {
            return List.of(ALL);
        }
        Set<Survival> ways = new LinkedHashSet<>(List.of(NONE, ALL));
        if (pending <= EVERY_SUBSET) {
            for (long mask = 1; mask < (1L << pending) - 1; mask++) {
                ways.add(new Survival(Kind.MASK, mask));
            }
            return List.copyOf(ways);
        }
        for (int position : spread(pending)) {
            ways.add(new Survival(Kind.PREFIX, position));
            ways.add(new Survival(Kind.SUFFIX, position));
            ways.add(new Survival(Kind.ONLY, position));
            ways.add(new Survival(Kind.ALL_BUT, position));
        }
        ways.remove(new Survival(Kind.PREFIX, 0));
        ways.remove(new Survival(Kind.SUFFIX, 0));
        return List.copyOf(ways);
    }

    /** The ends and the middle, where an order of writes matters most. */
    private static List<Integer> spread(int pending) {
        List<Integer> positions = new ArrayList<>();
        for (int position : new int[] {0, 1, pending / 2, pending - 2, pending - 1}) {
            if (!positions.contains(position)) {
                positions.add(position);
            }
        }
        return positions;
    }

    /**
     * Reads its text back.
     *
     * @param text such as {@code keep:only:3}
     * @return the survival
     * @throws IllegalArgumentException if it isn't one
     */
    public static Survival parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (matcher.matches()) {
            for (Kind kind : Kind.values()) {
                if (kind.text().equals(matcher.group(1))) {
                    return new Survival(kind, matcher.group(2) == null ? 0 : Long.parseLong(matcher.group(2)));
                }
            }
        }
        throw new IllegalArgumentException("'" + text + "' must look like keep:none, keep:all or keep:only:3");
    }

    @Override
    public String toString() {
        return "keep:" + kind.text() + (kind == Kind.NONE || kind == Kind.ALL ? "" : ":" + parameter);
    }
}

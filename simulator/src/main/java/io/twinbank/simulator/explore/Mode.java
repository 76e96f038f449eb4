// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import java.util.Locale;

/** A way to search for schedules that end badly. */
public enum Mode {
    /** No fault at all, twice over: both runs must be the same. */
    QUIET("no fault, and the same once more"),
    /** Every power cut, torn ones and every subset of unflushed writes included. */
    SINGLE("every power cut"),
    /** Every pair of them. */
    PAIRS("every pair of power cuts"),
    /** Every sequence of them, up to a depth. */
    DEPTH("every sequence of power cuts, up to a depth"),
    /** Every sequence, of any length, until no state is new. */
    FIXPOINT("power cuts without limit, until no state is new"),
    /** The n-th life has n operations. */
    LINEAR("lives that last one operation longer each time"),
    /** 64 lives of k operations, for every k. */
    BROWN_OUT("64 lives of k operations, for every k"),
    /** Every record lost, forgotten, or replayed from an older copy, and the boot variables lost, at every cut. */
    LOST("every record and the boot variables lost or replayed, at every cut"),
    /** Bits of the boot variables, records and banks flipped, one at a time, after a cut in each phase. */
    BIT_FLIPS("bits of the boot variables, records and banks flipped, one at a time, in each phase"),
    /** Every operation and read fails, once, a few times, and for ever. */
    IO_ERRORS("every operation and every read failing, and lying about it"),
    /** The JVM throws an error at every operation of the agent. */
    ERRORS("every operation of the agent with an error of the JVM, before and after it is done"),
    /** Something happens outside at every operation: the network goes, the clock jumps, an operator cancels, a program writes. */
    EVENTS("network, clock, operator, trust and another program at every operation"),
    /** Any faults, drawn from a seed. */
    RANDOM("any faults, drawn from seeds");

    private final String about;

    Mode(String about) {
        this.about = about;
    }

    /**
     * Says what it does.
     *
     * @return for people
     */
    public String about() {
        return about;
    }

    /**
     * Returns its name, as commands have it.
     *
     * @return such as {@code brown-out}
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads its name back.
     *
     * @param text such as {@code brown-out}
     * @return the mode
     * @throws IllegalArgumentException if there is none; says which there are
     */
    public static Mode of(String text) {
        StringBuilder all = new StringBuilder();
        for (Mode mode : values()) {
            if (mode.text().equals(text)) {
                return mode;
            }
            all.append(all.length() == 0 ? "" : ", ").append(mode.text());
        }
        throw new IllegalArgumentException("no mode '" + text + "': there are " + all);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import java.util.Arrays;

/** What a fault came to. From the best to the worst: of several, the last one counts. */
public enum Outcome {
    /** The new image was committed. */
    COMMITTED("success", 'c', false),
    /** The update went on where the fault had stopped it, and the new image was committed. */
    RESUMED("resumed", 'r', false),
    /** The new image was tried and given up; the old one runs. */
    ROLLED_BACK("rolled_back", 'b', false),
    /** The new image was never tried; the old one runs, and what became of the update was reported. */
    STAYED("stayed", 's', false),
    /** Nothing that isn't verified runs, and the board waits for help: right where a fault can't be survived. */
    FAIL_CLOSED("fail_closed", 'f', false),
    /** It rests as it should, but broke a rule on the way, such as a second program of the same page. */
    RULE_BROKEN("rule_broken", 'R', true),
    /** A wrong report, two of them, or none. */
    LIED("lied", 'L', true),
    /** It doesn't come to rest, or rests and can't be updated any more. */
    NOT_CONVERGED("not_converged", 'N', true),
    /** An image below the security floor runs, or the floor rose too early. */
    FLOOR_VIOLATED("floor_violated", 'F', true),
    /** An image runs that isn't verified, or isn't the one it should be. */
    WRONG_IMAGE("wrong_image", 'W', true),
    /** No image runs. */
    BRICK("no_boot", 'X', true);

    private final String id;
    private final char symbol;
    private final boolean bad;

    Outcome(String id, char symbol, boolean bad) {
        this.id = id;
        this.symbol = symbol;
        this.bad = bad;
    }

    /**
     * Returns its name in files, which other simulators' reports use too where they have it.
     *
     * @return such as {@code no_boot}
     */
    public String id() {
        return id;
    }

    /**
     * Returns its letter in matrices.
     *
     * @return a letter of its own; a capital if it is bad
     */
    public char symbol() {
        return symbol;
    }

    /**
     * Tells whether no fault may come to this.
     *
     * @return true if it is a violation
     */
    public boolean bad() {
        return bad;
    }

    static Outcome ofSymbol(int symbol) {
        return Arrays.stream(values())
                .filter(outcome -> outcome.symbol == symbol)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no outcome has the letter " + (char) symbol));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

/** What a fault came to. From the best to the worst: of several, the last one counts. */
public enum Outcome {
    /** The new image was committed. */
    COMMITTED("success", false),
    /** The update went on where the fault had stopped it, and the new image was committed. */
    RESUMED("resumed", false),
    /** The new image was tried and given up; the old one runs. */
    ROLLED_BACK("rolled_back", false),
    /** The new image was never tried; the old one runs, and what became of the update was reported. */
    STAYED("stayed", false),
    /** Nothing that isn't verified runs, and the board waits for help: right where a fault can't be survived. */
    FAIL_CLOSED("fail_closed", false),
    /** It rests as it should, but broke a rule on the way, such as a second program of the same page. */
    RULE_BROKEN("rule_broken", true),
    /** A wrong report, two of them, or none. */
    LIED("lied", true),
    /** It doesn't come to rest, or rests and can't be updated any more. */
    NOT_CONVERGED("not_converged", true),
    /** An image below the security floor runs, or the floor rose too early. */
    FLOOR_VIOLATED("floor_violated", true),
    /** An image runs that isn't verified, or isn't the one it should be. */
    WRONG_IMAGE("wrong_image", true),
    /** No image runs. */
    BRICK("no_boot", true);

    private final String id;
    private final boolean bad;

    Outcome(String id, boolean bad) {
        this.id = id;
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
     * Tells whether no fault may come to this.
     *
     * @return true if it is a violation
     */
    public boolean bad() {
        return bad;
    }
}

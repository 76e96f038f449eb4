// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.simulator.SimulatedGateway.Ending;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of a state in which the power comes back, if nothing more goes wrong.
 *
 * @param ending how it ends
 * @param boots how many boots it takes to rest
 * @param fetchedBytes how much payload is fetched until then
 * @param permanent the version that runs after the rest; empty if none does
 * @param told the outcomes that the server has, in order
 * @param violations what must not happen, and does
 */
public record Verdict(
        Ending ending, int boots, long fetchedBytes, String permanent, List<String> told, List<Violation> violations) {
    public Verdict {
        told = List.copyOf(told);
        violations = List.copyOf(violations);
    }

    /**
     * Returns the verdict on the state one life earlier.
     *
     * @param fetched what that life fetched
     * @param found what went wrong in it
     * @return a new verdict
     */
    public Verdict after(long fetched, List<Violation> found) {
        return new Verdict(ending, boots + 1, fetchedBytes + fetched, permanent, told, violations).and(found);
    }

    /**
     * Returns the verdict on a state in the middle of a life.
     *
     * @param fetched what that life fetches from there on
     * @param found what goes wrong in it from there on
     * @return a new verdict, which doesn't count that life's boot
     */
    public Verdict within(long fetched, List<Violation> found) {
        return new Verdict(ending, boots, fetchedBytes + fetched, permanent, told, violations).and(found);
    }

    /**
     * Returns the verdict with something more that went wrong.
     *
     * @param found what
     * @return this if nothing did
     */
    public Verdict and(List<Violation> found) {
        if (found.isEmpty()) {
            return this;
        }
        List<Violation> all = new ArrayList<>(found);
        all.addAll(violations);
        return new Verdict(ending, boots, fetchedBytes, permanent, told, all);
    }

    /**
     * Tells whether nothing went wrong.
     *
     * @return whether there is no violation
     */
    public boolean isGood() {
        return violations.isEmpty();
    }
}

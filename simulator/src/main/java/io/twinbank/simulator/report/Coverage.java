// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import java.util.List;

/**
 * How much of the agent all runs of a sweep went through together.
 *
 * @param taken the rows of the agent's tables that were taken after a fault, in the order of the tables
 * @param missed those that this sweep must take, and didn't
 * @param beyond those that it didn't take and needn't
 * @param vacuity what must hold of all runs together, or else they prove nothing
 */
public record Coverage(List<String> taken, List<String> missed, List<String> beyond, List<VacuityReport> vacuity) {
    /** Nothing was to be covered. */
    public static final Coverage NONE = new Coverage(List.of(), List.of(), List.of(), List.of());

    public Coverage {
        taken = List.copyOf(taken);
        missed = List.copyOf(missed);
        beyond = List.copyOf(beyond);
        vacuity = List.copyOf(vacuity);
    }

    /**
     * Tells whether enough was covered.
     *
     * @return whether all that must hold does
     */
    public boolean isEnough() {
        return vacuity.stream().allMatch(VacuityReport::holds);
    }
}

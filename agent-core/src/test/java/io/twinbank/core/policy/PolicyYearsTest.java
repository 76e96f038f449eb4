// SPDX-License-Identifier: Apache-2.0
package io.twinbank.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Five virtual years at a site, each with a policy and troubles of its own. {@code -Dpolicy.seed=N} repeats one; even seeds have
 * clocks that are right when they are trusted.
 */
class PolicyYearsTest {
    private static final int YEARS = 5;
    private static final int MANY = 6;
    private static final int HALF_AN_HOUR = 1_800;
    private static final int FIVE_MINUTES = 300;
    private static final long FIRST = Long.getLong("policy.seed", 0);

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void live_shippedPolicy_keepsToTheOracle(long seed) {
        PolicyYears.Result result = new PolicyYears(new PolicyModel() {}, FIRST + seed, HALF_AN_HOUR).live(YEARS);

        System.out.println("policy in virtual time: seed " + (FIRST + seed) + ", " + YEARS + " years: " + result);
        assertTrue(result.installed() > 10, result.toString());
    }

    @Tag("slow")
    @Timeout(300)
    @Test
    void live_manyPolicies_keepToTheOracle() {
        int updates = 0;
        int forecasts = 0;
        for (long seed = FIRST; seed < FIRST + MANY; seed++) {
            PolicyYears.Result result = new PolicyYears(new PolicyModel() {}, seed, FIVE_MINUTES).live(YEARS);
            updates += result.updates();
            forecasts += result.forecasts();
        }
        System.out.println("policy in virtual time: seeds " + FIRST + " to " + (FIRST + MANY - 1) + ", " + YEARS
                + " years each: " + updates + " updates, " + forecasts + " forecasts");
    }

    @Test
    void monthEdges_shippedPolicy_keepsToTheBudget() {
        MonthEdges.check(new PolicyModel() {});
    }

    @Tag("slow")
    @Timeout(300)
    @Test
    void live_seededBugs_areAllKilled() {
        List<String> survivors = new ArrayList<>();
        for (Map.Entry<String, PolicyModel> bug : SeededBugs.all().entrySet()) {
            Optional<String> killed = hunt(bug.getValue());
            System.out.printf("%-50s %s%n", bug.getKey(), killed.orElse("SURVIVES"));
            if (killed.isEmpty()) {
                survivors.add(bug.getKey());
            }
        }

        assertEquals(List.of(), survivors);
    }

    private static Optional<String> hunt(PolicyModel bug) {
        try {
            MonthEdges.check(bug);
        } catch (AssertionError e) {
            return Optional.of("end of a month: " + e.getMessage());
        }
        for (long seed = 0; seed < 14; seed++) {
            try {
                new PolicyYears(bug, seed, HALF_AN_HOUR).live(YEARS);
            } catch (AssertionError e) {
                String why = String.valueOf(e.getMessage());
                return Optional.of("seed " + seed + ": " + why.substring(0, Math.min(90, why.length())));
            }
        }
        return Optional.empty();
    }
}

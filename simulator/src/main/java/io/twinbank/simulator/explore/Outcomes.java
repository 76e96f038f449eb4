// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.report.Outcome;
import io.twinbank.simulator.scenario.Firmware;
import io.twinbank.simulator.scenario.Scenario;
import java.util.List;
import java.util.Set;

/** Names what a fault came to, in the words of reports. */
final class Outcomes {
    /** The phases in which an update has begun and hasn't been tried yet: after a cut there it goes on. */
    private static final Set<String> UNDER_WAY = Set.of("DOWNLOADING", "VERIFYING", "STAGED", "ARMED");

    private Outcomes() {}

    /** Names what became of a fault in a phase. */
    static Outcome of(Scenario scenario, Verdict verdict, List<Violation> violations, String phase) {
        return violations.stream()
                .map(Outcomes::of)
                .max(Outcome::compareTo)
                .orElseGet(() -> good(scenario, verdict, phase));
    }

    private static Outcome of(Violation violation) {
        return switch (violation.oracle()) {
            case "S1" -> Outcome.BRICK;
            case "S2" -> Outcome.WRONG_IMAGE;
            case "S3", "S4" -> Outcome.FLOOR_VIOLATED;
            case "L1", "L3", "L4", "S8" -> Outcome.NOT_CONVERGED;
            case "L2" -> Outcome.LIED;
            default -> Outcome.RULE_BROKEN;
        };
    }

    private static Outcome good(Scenario scenario, Verdict verdict, String phase) {
        if (verdict.ending() != Ending.AT_REST || verdict.permanent().isEmpty()) {
            return Outcome.FAIL_CLOSED;
        }
        List<String> offered = scenario.offers().stream().map(Firmware::version).toList();
        if (offered.contains(verdict.permanent())) {
            return UNDER_WAY.contains(phase) ? Outcome.RESUMED : Outcome.COMMITTED;
        }
        return verdict.told().contains("RolledBack") ? Outcome.ROLLED_BACK : Outcome.STAYED;
    }
}

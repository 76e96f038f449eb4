// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.BankId;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.oracle.Strictness;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.World;
import java.util.ArrayList;
import java.util.List;

/** Judges the end of a schedule: what counts given its faults, how many boots it took (L1), how much was fetched (L5). */
final class Judge {
    /** The boot that goes on with the update, the fallback, and the one after a fallback that had to be undone. */
    private static final int BOOTS_BESIDES_THE_TRIAL = 3;

    private Judge() {}

    static List<Violation> of(Setting setting, World world, Schedule path, Verdict verdict, long fetchedBefore) {
        Scenario scenario = setting.scenario();
        int attempts = Math.min(
                scenario.trialAttempts(), world.board().loader().control().maxAttempts());
        Strictness strictness = setting.strictness(path, attempts);
        List<Violation> violations = new ArrayList<>();
        for (Violation violation : verdict.violations()) {
            if (violation.counts(strictness) && !isBeyond(setting, path, violation)) {
                violations.add(violation);
            }
        }
        int offers = scenario.offers().size();
        int trials = strictness == Strictness.NO_LIE ? offers + 1 : offers;
        int most = trials * attempts + BOOTS_BESIDES_THE_TRIAL;
        if (strictness.compareTo(Strictness.NO_LIE) <= 0 && verdict.boots() > most) {
            violations.add(new Violation("L1", verdict.boots() + " boots to rest, at most " + most));
        }
        int unit = world.board()
                .bank(BankId.A, SimulatedBoard.COMPONENT)
                .geometry()
                .eraseSizeBytes();
        long chunk = Math.max(scenario.checkpointBytes(), unit) + (long) unit + scenario.pieceBytes();
        long fetched = fetchedBefore + verdict.fetchedBytes();
        long allowed = scenario.payloadBytes() + path.cuts() * chunk;
        if (strictness == Strictness.EXACT && fetched > allowed) {
            violations.add(new Violation("L5", fetched + " bytes fetched, at most " + allowed));
        }
        return violations;
    }

    /**
     * A loader that verifies nothing boots whatever it finds, and can't keep an old image from running once its variables are
     * gone: only the agent, which doesn't run yet, would know better.
     */
    private static boolean isBeyond(Setting setting, Schedule path, Violation violation) {
        return !setting.loader().abilities().verifies()
                && path.faults().stream().anyMatch(fault -> fault instanceof Fault.Off off && isBeyond(off, violation));
    }

    private static boolean isBeyond(Fault.Off off, Violation violation) {
        boolean variables = off.target().equals("variables") || off.target().equals("boot-control");
        boolean bank = off.what().equals("flip") && off.target().startsWith("bank");
        return (variables && List.of("S2", "S3", "S4").contains(violation.oracle()))
                || (bank && List.of("S2", "S3").contains(violation.oracle()));
    }
}

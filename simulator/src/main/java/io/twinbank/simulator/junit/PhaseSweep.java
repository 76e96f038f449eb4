// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.junit;

import io.twinbank.simulator.explore.Baseline;
import io.twinbank.simulator.explore.Exploration;
import io.twinbank.simulator.explore.Exploration.Cell;
import io.twinbank.simulator.explore.Exploration.Failure;
import io.twinbank.simulator.explore.Limits;
import io.twinbank.simulator.explore.Setting;
import io.twinbank.simulator.explore.Shrinker;
import io.twinbank.simulator.explore.SignatureMemory;
import io.twinbank.simulator.explore.Sweep;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Schedule;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** One sweep for all phases of a test: it is run when the first of them is, and each takes what is its own. */
final class PhaseSweep {
    private final PowerCutTest test;
    private final Setting setting;
    private final String name;
    private final Baseline baseline;
    private @Nullable Exploration found;

    PhaseSweep(PowerCutTest test, Setting setting, String name) {
        this.test = test;
        this.setting = setting;
        this.name = name;
        this.baseline = Baseline.of(setting);
    }

    List<String> phases() {
        return baseline.phases();
    }

    PowerCuts cuts(String phase) {
        List<Cell> cells = explore().cells().stream()
                .filter(cell -> baseline.phaseOf(cell.operation()).equals(phase))
                .toList();
        return new PowerCuts(phase, cells);
    }

    private Exploration explore() {
        Exploration exploration = found;
        if (exploration == null) {
            Limits limits = Limits.depth(test.depth()).within(Duration.ofSeconds(test.budgetSeconds()));
            Sweep sweep = new Sweep(setting, test.mode(), limits, 1_000);
            exploration = test.everySignature() ? sweep.explore() : SignatureMemory.during(sweep::explore);
            found = exploration;
        }
        return exploration;
    }

    /** Fails if something in a phase ended badly, or nothing was proved. */
    void verify(String phase) {
        Exploration exploration = explore();
        List<Failure> failures = exploration.failures().stream()
                .filter(failure -> phaseOf(failure.schedule()).equals(phase))
                .toList();
        if (!failures.isEmpty()) {
            throw new AssertionFailedError(words(phase, failures));
        }
        if (!exploration.closed()) {
            throw new AssertionFailedError("the budget of " + test.budgetSeconds() + " s ran out after "
                    + exploration.cuts() + " cuts: not every schedule was run");
        }
        List<Long> missed = exploration.uncovered().stream()
                .filter(operation -> baseline.phaseOf(operation).equals(phase))
                .toList();
        if (!missed.isEmpty()) {
            throw new AssertionFailedError("no fault struck at operations " + missed + ": nothing is proved");
        }
    }

    /** The phase in which a schedule begins to strike; what goes wrong without faults is the first phase's. */
    private String phaseOf(Schedule schedule) {
        for (Fault fault : schedule.faults()) {
            if (fault instanceof Fault.AtOperation here) {
                return baseline.phaseOf(here.operation());
            }
        }
        return phases().get(0);
    }

    private String words(String phase, List<Failure> failures) {
        Failure first = failures.get(0);
        String oracle = first.violations().get(0).oracle();
        Schedule shrunk = first.schedule().faults().isEmpty()
                ? first.schedule()
                : new Shrinker(setting, oracle).shrink(first.schedule());
        return failures.size() + " schedules of " + setting + " that begin in phase " + phase
                + " end badly. The first:\n  " + first.violations().get(0) + "\n  " + first.schedule()
                + "\nshrunk:\n  " + shrunk + "\nrun it again:\n  -Dtest=" + name + " -D" + PowerCutTest.REPLAY + "='"
                + shrunk + "'\n  otasim replay '" + setting + ":" + shrunk + "'";
    }
}

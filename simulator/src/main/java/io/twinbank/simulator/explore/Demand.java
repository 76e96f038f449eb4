// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.boot.Behaviour;
import io.twinbank.simulator.report.Coverage;
import io.twinbank.simulator.report.Reached;
import io.twinbank.simulator.report.VacuityReport;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.Scenarios;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the faults of a sweep must lead agents, over all its runs together, or else it proves nothing: to rows of the agent's
 * tables (V4), as far as {@link AgentRows} says of its boards and mode, and to updates that are committed and rolled back (V5).
 */
public final class Demand {
    private final List<String> rows;
    private final Set<String> endings;

    private Demand(List<String> rows, Set<String> endings) {
        this.rows = List.copyOf(rows);
        this.endings = endings;
    }

    /**
     * Returns what a sweep must reach.
     *
     * @param mode how it searches; nothing is asked of {@link Mode#QUIET}, which has no faults, and of {@link Mode#RANDOM}
     * @param settings what it explores
     * @return the demand
     */
    public static Demand of(Mode mode, Collection<Setting> settings) {
        if (mode == Mode.QUIET || mode == Mode.RANDOM) {
            return new Demand(List.of(), Set.of());
        }
        List<Setting> known = settings.stream()
                .filter(setting -> Scenarios.isShipped(setting.scenario()))
                .toList();
        List<String> rows = new ArrayList<>();
        for (AgentRows.Expected row : AgentRows.ALL) {
            if (known.stream().anyMatch(setting -> row.isExpected(mode, setting))) {
                rows.add(row.id());
            }
        }
        Set<String> endings = new TreeSet<>();
        settings.forEach(setting -> endings.addAll(endings(setting.scenario())));
        return new Demand(rows, endings);
    }

    /** How updates of a scenario end at least once, if its boards do what they should. */
    private static Set<String> endings(Scenario scenario) {
        Set<String> endings = new LinkedHashSet<>();
        if (!scenario.expected().equals(scenario.installed())) {
            endings.add("Installed");
        }
        boolean tried = scenario.offers().stream()
                .anyMatch(offer -> offer.spec().behaviour() == Behaviour.FAILS_SELF_TEST
                        && offer.spec().securityVersion()
                                >= scenario.installed().spec().securityVersion());
        if (tried) {
            endings.add("RolledBack");
        }
        return endings;
    }

    /**
     * Compares it with what was reached.
     *
     * @param runs where each run led agents
     * @return what is covered, and what isn't
     */
    public Coverage compare(Collection<Reached> runs) {
        Set<String> reached = new TreeSet<>();
        Set<String> told = new TreeSet<>();
        runs.forEach(run -> {
            reached.addAll(run.rows());
            told.addAll(run.outcomes());
        });
        List<String> all = AgentRows.ALL.stream().map(AgentRows.Expected::id).toList();
        List<String> taken = all.stream().filter(reached::contains).toList();
        List<String> missed =
                rows.stream().filter(row -> !reached.contains(row)).toList();
        List<String> beyond = all.stream()
                .filter(row -> !taken.contains(row) && !missed.contains(row))
                .toList();
        return new Coverage(taken, missed, beyond, List.of(rows(all.size(), taken, missed, beyond), endings(told)));
    }

    private VacuityReport rows(int all, List<String> taken, List<String> missed, List<String> beyond) {
        String must = missed.isEmpty() ? "all " + rows.size() + " that this sweep must take" : "not " + words(missed);
        String rest = beyond.isEmpty() ? "" : "; beyond it: " + words(beyond);
        String text = "rows taken after a fault: " + taken.size() + " of " + all + ", " + must + rest;
        return new VacuityReport("V4", text, missed.isEmpty());
    }

    private VacuityReport endings(Set<String> told) {
        Set<String> missing = new TreeSet<>(endings);
        missing.removeAll(told);
        String text = endings.isEmpty()
                ? "no ending is asked of this sweep"
                : "endings that this sweep must see: " + words(endings)
                        + (missing.isEmpty() ? "" : "; not seen: " + words(missing));
        return new VacuityReport("V5", text, missing.isEmpty());
    }

    private static String words(Collection<String> names) {
        return String.join(" ", names);
    }
}

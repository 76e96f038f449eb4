// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.app;

import io.twinbank.simulator.report.RunReport;
import io.twinbank.simulator.report.SweepReport;
import io.twinbank.simulator.report.VacuityReport;
import io.twinbank.simulator.report.ViolationReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a sweep found, for a person: a line for each board, what is bad, and the figures. */
final class SweepText {
    /** How many violations are shown. */
    private static final int SHOWN = 20;

    private final StringBuilder text = new StringBuilder();

    private SweepText() {}

    static String of(SweepReport found, boolean outOfTime) {
        SweepText text = new SweepText();
        text.boards(found);
        text.bad(found);
        text.figures(found, outOfTime);
        return text.text.toString();
    }

    private void boards(SweepReport found) {
        Map<String, List<RunReport>> boards = new LinkedHashMap<>();
        for (RunReport run : found.runs()) {
            String board = run.id().profile() + "/" + run.id().boot();
            boards.computeIfAbsent(board, any -> new ArrayList<>()).add(run);
        }
        line("%-44s %9s %12s %12s %10s", "board", "scenarios", "cuts", "states", "violations");
        boards.forEach((board, runs) -> line(
                "%-44s %9d %,12d %,12d %,10d",
                board,
                runs.size(),
                runs.stream().mapToLong(run -> run.figures().cuts()).sum(),
                runs.stream().mapToLong(run -> run.figures().distinctStates()).sum(),
                runs.stream().mapToLong(run -> run.figures().violations()).sum()));
    }

    private void bad(SweepReport found) {
        int shown = 0;
        for (RunReport run : found.runs()) {
            for (ViolationReport violation : run.violations()) {
                if (shown++ < SHOWN) {
                    line("%n%s: %s", violation.oracle(), violation.message());
                    line("  otasim replay '%s'", violation.schedule());
                    if (!violation.shrunk().isEmpty()) {
                        line("  shrunk: otasim replay '%s'", violation.shrunk());
                    }
                    if (!violation.remark().isEmpty()) {
                        line("  %s", violation.remark());
                    }
                }
            }
            for (VacuityReport fact : run.vacuity()) {
                if (!fact.holds()) {
                    line("%n%s proves nothing: %s %s", run.id(), fact.id(), fact.text());
                }
            }
        }
        for (VacuityReport fact : found.coverage().vacuity()) {
            line("%n%s %s: %s", fact.holds() ? "Together," : "The sweep proves nothing:", fact.id(), fact.text());
        }
        if (shown > SHOWN) {
            line("%n… and %,d more violations", found.violations() - SHOWN);
        }
    }

    private void figures(SweepReport found, boolean outOfTime) {
        line(
                "%n%s: %,d violations in %,d cuts (%,d distinct states) at %,d operations of %,d runs, %,d uncovered;"
                        + " %.1f s, %,.0f cuts/s%n%s",
                verdict(found, outOfTime),
                found.violations(),
                found.cuts(),
                found.distinctStates(),
                found.operations(),
                found.runs().size(),
                found.uncovered(),
                found.seconds(),
                found.cutsPerSecond(),
                found.machine());
    }

    private static String verdict(SweepReport found, boolean outOfTime) {
        if (found.violations() > 0) {
            return "BAD";
        }
        return outOfTime ? "OUT OF TIME, not all was tried" : found.ok() ? "GOOD" : "VACUOUS, nothing is proved";
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
    }
}

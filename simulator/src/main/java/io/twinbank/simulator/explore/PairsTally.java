// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.explore.Exploration.Pair;
import io.twinbank.simulator.explore.Exploration.Pairs;
import io.twinbank.simulator.fault.Fault.AtOperation;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.report.OperationReport.Step;
import io.twinbank.simulator.report.Outcome;
import io.twinbank.simulator.scenario.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Sums pairs of cuts up while they are explored: by what kind of operation the first one struck, and what kind the second.
 * Whatever is explored, only the worst of each square is kept, so that millions of pairs cost nothing.
 */
final class PairsTally {
    /** What belongs to no square. */
    static final int NONE = -1;

    /** Kinds beyond so many share the last one; boards have some forty. */
    static final int MAX_KINDS = 200;

    private static final Step OTHERS = new Step("", "", "others", "", "");
    /** Where a call has an offset or a number, it is of one kind with those at other ones. */
    private static final Pattern PLACE = Pattern.compile(" \\d+(\\+\\d+)?$");

    private final Setting setting;
    private final Map<Step, Integer> firsts = new LinkedHashMap<>();
    private final Map<Step, Integer> seconds = new LinkedHashMap<>();
    /** The kind of each operation of the run without faults. */
    private final List<Integer> firstOf = new ArrayList<>();

    private final SortedMap<Integer, Square> squares = new TreeMap<>();

    private static final class Square {
        private Outcome worst;
        private Schedule schedule;
        private long pairs = 0;

        Square(Outcome outcome, Schedule schedule) {
            this.worst = outcome;
            this.schedule = schedule;
        }
    }

    PairsTally(Setting setting) {
        this.setting = setting;
    }

    /**
     * Looks at an operation that is about to be cut.
     *
     * @param world before it
     * @param path the cuts so far
     * @param operation in the life after them
     * @return the square of a cut here; {@link #NONE} if it isn't the second
     */
    int at(World world, Schedule path, Operation operation) {
        int cuts = path.cuts();
        if (cuts == 0) {
            firstOf.add(index(firsts, kind(world, operation)));
        }
        if (cuts != 1 || !(path.faults().get(0) instanceof AtOperation first)) {
            return NONE;
        }
        return firstOf.get((int) first.operation() - 1) * MAX_KINDS + index(seconds, kind(world, operation));
    }

    private static Step kind(World world, Operation operation) {
        return kind(new Step(
                Recorder.phase(world, operation), operation.part().name(), operation.name(), operation.call(), ""));
    }

    /** Returns what a step has in common with others of its kind. */
    static Step kind(Step step) {
        return new Step(
                step.phase(),
                step.part(),
                step.name(),
                PLACE.matcher(step.call()).replaceFirst(""),
                "");
    }

    private static int index(Map<Step, Integer> kinds, Step kind) {
        Integer known = kinds.get(kind);
        if (known != null) {
            return known;
        }
        boolean full = kinds.size() >= MAX_KINDS - 1;
        kinds.putIfAbsent(full ? OTHERS : kind, kinds.size());
        return Math.min(kinds.size(), MAX_KINDS) - 1;
    }

    /** Counts a pair, unless it belongs to no square. */
    void note(int square, Schedule path, Verdict verdict, List<Violation> violations) {
        if (square == NONE) {
            return;
        }
        String phase = kinds(seconds).get(square % MAX_KINDS).phase();
        Outcome outcome = Outcomes.of(setting.scenario(), verdict, violations, phase);
        Square known = squares.computeIfAbsent(square, any -> new Square(outcome, path));
        known.pairs++;
        if (outcome.compareTo(known.worst) > 0) {
            known.worst = outcome;
            known.schedule = path;
        }
    }

    private static List<Step> kinds(Map<Step, Integer> kinds) {
        return new ArrayList<>(kinds.keySet());
    }

    /** Returns what was found, kinds of a phase beside each other, phases as they came. */
    Pairs found() {
        List<Step> phases = Stream.concat(firsts.keySet().stream(), seconds.keySet().stream())
                .toList();
        List<Step> rows = inOrder(firsts, phases);
        List<Step> columns = inOrder(seconds, phases);
        int[] row = places(firsts, rows);
        int[] column = places(seconds, columns);
        List<Pair> pairs = new ArrayList<>();
        squares.forEach((at, square) -> pairs.add(
                new Pair(row[at / MAX_KINDS], column[at % MAX_KINDS], square.worst, square.pairs, square.schedule)));
        pairs.sort(Comparator.comparingInt(Pair::first).thenComparingInt(Pair::second));
        return new Pairs(rows, columns, pairs);
    }

    private static List<Step> inOrder(Map<Step, Integer> kinds, List<Step> phases) {
        List<String> names = phases.stream().map(Step::phase).distinct().toList();
        return kinds.keySet().stream()
                .sorted(Comparator.comparingInt(kind -> kind.equals(OTHERS) ? MAX_KINDS : names.indexOf(kind.phase())))
                .toList();
    }

    private static int[] places(Map<Step, Integer> kinds, List<Step> ordered) {
        int[] places = new int[kinds.size()];
        Arrays.setAll(places, index -> ordered.indexOf(kinds(kinds).get(index)));
        return places;
    }
}

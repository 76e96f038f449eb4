// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.explore.Exploration.Cell;
import io.twinbank.simulator.explore.Exploration.Pair;
import io.twinbank.simulator.explore.Exploration.Pairs;
import io.twinbank.simulator.fault.Fault.Cut;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import io.twinbank.simulator.report.OperationReport.Step;
import io.twinbank.simulator.report.PairsReport;
import io.twinbank.simulator.report.PairsReport.Square;
import io.twinbank.simulator.report.RunReport;
import io.twinbank.simulator.report.TimelineReport.Boot;
import io.twinbank.simulator.report.TimelineReport.Ending;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Fills the squares of pairs of cuts, and tells stories of them: of bad ones first, then one of each outcome in each two
 * phases, then of as many as there is room for.
 */
final class PairsFiller {
    private final Exploration found;
    private final Pairs pairs;
    private final Baseline baseline;
    private final Stories stories;
    private final SortedMap<Integer, Square> squares = new TreeMap<>();

    PairsFiller(Exploration found, Baseline baseline, Stories stories) {
        this.found = found;
        this.pairs = found.pairs();
        this.baseline = baseline;
        this.stories = stories;
    }

    PairsReport fill() {
        pairs.squares().forEach(pair -> put(pair, RunReport.NO_TIMELINE));
        List<Pair> later = new ArrayList<>();
        Set<String> told = new HashSet<>();
        for (Pair pair : pairs.squares()) {
            String alike = phase(pairs.firsts(), pair.first()) + phase(pairs.seconds(), pair.second()) + pair.outcome();
            if (pair.outcome().bad() || told.add(alike)) {
                tell(pair);
            } else {
                later.add(pair);
            }
        }
        seenBefore();
        later.forEach(this::tell);
        return new PairsReport(pairs.firsts(), pairs.seconds(), new ArrayList<>(squares.values()));
    }

    private static String phase(List<Step> kinds, int index) {
        return kinds.get(index).phase() + " ";
    }

    private void tell(Pair pair) {
        if (stories.haveRoom()) {
            put(pair, stories.tell(pair.schedule()));
        }
    }

    private void put(Pair pair, int timeline) {
        squares.put(
                at(pair.first(), pair.second()),
                new Square(
                        pair.first(),
                        pair.second(),
                        pair.outcome(),
                        pair.pairs(),
                        found.setting() + ":" + pair.schedule(),
                        timeline));
    }

    private int at(int first, int second) {
        return first * pairs.seconds().size() + second;
    }

    /**
     * A recovery is explored up to a state that was seen before, and what comes then is counted where it was seen first. A
     * person wants to see it in both places, so one pair of each such square is replayed.
     */
    private void seenBefore() {
        Set<Step> done = new HashSet<>();
        for (Cell cell : found.cells()) {
            Step kind = PairsTally.kind(
                    baseline.operations().get((int) cell.operation() - 1).step());
            int first = pairs.firsts().indexOf(kind);
            if (first >= 0 && cell.variant().startsWith("after") && done.add(kind)) {
                try {
                    seenBefore(first, cell.schedule());
                } catch (RuntimeException e) {
                    stories.isWrong(cell.schedule(), "what comes after it can't be replayed: " + e);
                }
            }
        }
    }

    private void seenBefore(int first, Schedule cut) {
        for (Map.Entry<Integer, Long> last : lastOfEachKind(cut).entrySet()) {
            int second = last.getKey();
            if (stories.haveRoom() && !squares.containsKey(at(first, second))) {
                replay(first, second, cut.then(new Cut(last.getValue(), Tear.AFTER, Survival.NONE)));
            }
        }
    }

    /** Returns the kinds that come after a cut, with the last operation of each, counted since the cut. */
    private Map<Integer, Long> lastOfEachKind(Schedule cut) {
        Map<Integer, Long> last = new LinkedHashMap<>();
        long operation = 0;
        boolean afterTheCut = false;
        for (Boot boot : Storyteller.tell(found.setting(), cut).timeline().boots()) {
            for (Step step : boot.steps()) {
                operation++;
                int second = pairs.seconds().indexOf(PairsTally.kind(step));
                if (afterTheCut && second >= 0) {
                    last.put(second, operation);
                }
            }
            if (!afterTheCut && boot.ending() == Ending.CUT) {
                afterTheCut = true;
                operation = 0;
            }
        }
        return last;
    }

    private void replay(int first, int second, Schedule schedule) {
        Replay replay = Replay.of(found.setting(), schedule);
        if (!replay.violations().isEmpty() && found.failureCount() == 0) {
            stories.isWrong(schedule, "the search found nothing, a replay " + replay.violations());
        }
        String phase = pairs.seconds().get(second).phase();
        put(
                new Pair(
                        first,
                        second,
                        Outcomes.of(found.setting().scenario(), replay.verdict(), replay.violations(), phase),
                        0,
                        schedule),
                stories.tell(schedule));
    }
}

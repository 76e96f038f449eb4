// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.report;

import io.twinbank.simulator.report.OperationReport.Step;
import java.util.List;

/**
 * What pairs of cuts came to, summed up by kinds of operations: those that do the same in the same phase. So it stays small,
 * however long the run.
 *
 * @param firsts the kinds that a first cut struck, those of a phase beside each other
 * @param seconds the kinds that a second cut struck, in the lives after the first
 * @param squares those that have pairs, first by first
 */
public record PairsReport(List<Step> firsts, List<Step> seconds, List<Square> squares) {
    /**
     * Pairs of cuts at operations of the same two kinds.
     *
     * @param first index of the first operation's kind
     * @param second index of the second operation's kind
     * @param outcome the worst that they came to
     * @param pairs how many were considered; 0 if all their states had been seen in other squares, so that this is what one of
     *     them comes to when it is replayed
     * @param schedule what {@code otasim replay} takes; one with that outcome
     * @param timeline index of its timeline in the run, or {@link RunReport#NO_TIMELINE}
     */
    public record Square(int first, int second, Outcome outcome, long pairs, String schedule, int timeline) {}

    public PairsReport {
        firsts = List.copyOf(firsts);
        seconds = List.copyOf(seconds);
        squares = List.copyOf(squares);
        for (Square square : squares) {
            if (square.first() >= firsts.size() || square.second() >= seconds.size()) {
                throw new IllegalArgumentException(
                        square + " is beyond " + firsts.size() + " rows of " + seconds.size() + " squares");
            }
        }
    }
}

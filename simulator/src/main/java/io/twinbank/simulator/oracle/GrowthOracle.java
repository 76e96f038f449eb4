// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.oracle;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.scenario.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Judges whether what an agent keeps in RAM is bounded, whatever comes in and however often (O-M1): after so many rounds of it
 * and after twice as many it must hold the same, at rest, and while an update waits for its gate.
 */
public final class GrowthOracle {
    /** More than there are outcomes that a device remembers, so that all rings are full after the first half. */
    private static final int ROUNDS = 12;
    /** Of three digits each, for a number that is longer is no growth. */
    private static final int FIRST_ROUND = 100;
    /** Less than an object each round. */
    private static final int SLACK_BYTES = 128;

    private static final int MAX_BOOTS = 64;

    /**
     * What an agent held.
     *
     * @param when in what state
     * @param before how many bytes after some rounds
     * @param after how many after twice as many
     */
    private record Held(String when, long before, long after) {
        boolean isBounded() {
            return after - before <= SLACK_BYTES;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s %,d bytes, then %,d", when, before, after);
        }
    }

    /**
     * What was found.
     *
     * @param text for people
     * @param violations O-M1, if something has grown
     */
    public record Growth(String text, List<Violation> violations) {
        public Growth {
            violations = List.copyOf(violations);
        }
    }

    private final World world;
    private int round = FIRST_ROUND;

    /**
     * Makes an oracle.
     *
     * @param world at its beginning; it isn't good for anything else afterwards
     */
    public GrowthOracle(World world) {
        this.world = world;
    }

    /**
     * Lets the story come to its rest without faults, and judges.
     *
     * @return what was found
     * @throws HalException if the cells can't be read
     */
    public Growth judge() throws HalException {
        world.board().faults(Faults.none());
        Optional<Ending> ending = Optional.empty();
        for (int boots = 0; boots < MAX_BOOTS && ending.isEmpty(); boots++) {
            ending = world.live();
        }
        List<Held> all = new ArrayList<>();
        if (ending.equals(Optional.of(Ending.AT_REST))) {
            all.add(hold("at rest"));
            world.holdGate();
            world.offerNext();
            all.add(hold("before a gate that is shut"));
        }
        List<Violation> violations = new ArrayList<>();
        all.stream()
                .filter(held -> !held.isBounded())
                .forEach(held -> violations.add(new Violation("O-M1", "the agent's memory grows: " + held)));
        if (all.isEmpty()) {
            violations.add(new Violation("O-M1", "can't be asked, for it ended " + ending));
        }
        String text =
                "after " + ROUNDS + " and " + 2 * ROUNDS + " rounds of offers that change nothing the agent holds "
                        + String.join("; ", all.stream().map(Held::toString).toList());
        return new Growth(text, violations);
    }

    private Held hold(String when) throws HalException {
        long before = afterMore();
        return new Held(when, before, afterMore());
    }

    private long afterMore() throws HalException {
        for (int end = round + ROUNDS; round < end; round++) {
            world.pester(round);
        }
        return Footprint.of(world.gateway().memory());
    }
}

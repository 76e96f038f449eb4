// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.scenario;

import io.twinbank.core.command.Command;
import io.twinbank.core.suit.Digest;
import io.twinbank.simulator.OperatorMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a gateway is commanded.
 *
 * @param steps in the order of their numbers, which count from 1
 */
record Commanding(List<Step> steps) {
    static final Commanding NOTHING = new Commanding(List.of());

    enum Kind {
        PAUSE,
        RESUME,
        /** Of the offer before it. */
        CANCEL,
        /** An earlier command, sent by somebody who has recorded it. */
        REPLAY,
        /** A pause that no operator has signed. */
        FORGERY
    }

    /**
     * A command.
     *
     * @param kind what
     * @param before before which offer, counted from 0
     * @param during in which state of the update before it; empty for when the gateway has come to rest, or waits
     * @param number of the command that is replayed; else its own, or 0
     */
    record Step(Kind kind, int before, String during, long number) {}

    Commanding {
        steps = List.copyOf(steps);
    }

    boolean isPlanned() {
        return !steps.isEmpty();
    }

    /** Returns the same with one more by the operator. */
    Commanding then(Kind kind, int before, String during) {
        long last = steps.stream()
                .filter(step -> step.kind() != Kind.REPLAY)
                .mapToLong(Step::number)
                .max()
                .orElse(0);
        return then(new Step(kind, before, during, last + 1));
    }

    /** Returns the same with one more by somebody else. */
    Commanding then(Step step) {
        List<Step> all = new ArrayList<>(steps);
        all.add(step);
        return new Commanding(all);
    }

    /** Makes what is sent before an offer, when the gateway has come to rest, or waits. */
    List<Episode> episodes(int before, Maker maker, List<Firmware> offers) {
        List<Episode> episodes = new ArrayList<>();
        for (Step step : steps) {
            if (step.before() == before && step.during().isEmpty()) {
                episodes.add(new Episode.Commanded(message(step, maker, offers)));
            }
        }
        return episodes;
    }

    /** Makes what is sent in the middle of the last of some offers, by its state. */
    Map<String, OperatorMessage> during(Maker maker, List<Firmware> offers) {
        Map<String, OperatorMessage> messages = new TreeMap<>();
        for (Step step : steps) {
            if (step.before() == offers.size() && !step.during().isEmpty()) {
                messages.put(step.during(), message(step, maker, offers));
            }
        }
        return messages;
    }

    private OperatorMessage message(Step step, Maker maker, List<Firmware> offers) {
        return switch (step.kind()) {
            case PAUSE -> signed(step, maker, new Command.Pause(), Optional.of(true));
            case RESUME -> signed(step, maker, new Command.Resume(), Optional.of(false));
            case CANCEL -> {
                Digest manifest =
                        Maker.manifestDigest(offers.get(step.before() - 1).envelope());
                yield signed(step, maker, new Command.Cancel(manifest), Optional.empty());
            }
            case REPLAY ->
                message(
                        steps.stream()
                                .filter(earlier -> earlier.kind() != Kind.REPLAY && earlier.number() == step.number())
                                .findFirst()
                                .orElseThrow(),
                        maker,
                        offers);
            case FORGERY ->
                new OperatorMessage(maker.forgedCommand(Long.MAX_VALUE, new Command.Pause()), 0, Optional.empty());
        };
    }

    private static OperatorMessage signed(Step step, Maker maker, Command command, Optional<Boolean> pause) {
        return new OperatorMessage(maker.command(step.number(), command), step.number(), pause);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.StateHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The commands that the other side has for a gateway: a broker keeps each until the gateway has acknowledged it, and sends it
 * whenever the gateway connects. Some are given when a status tells that an update has come so far.
 */
final class OperatorDesk implements Durable {
    private record Saved(
            Map<String, OperatorMessage> planned, List<OperatorMessage> owed, long acknowledged, boolean paused) {}

    private Map<String, OperatorMessage> planned = Map.of();
    private final List<OperatorMessage> owed = new ArrayList<>();
    private long acknowledged = 0;
    private boolean paused = false;

    /** Plans what is to be given in the states of the update that is offered now; what wasn't given in the one before never is. */
    void plan(Map<String, OperatorMessage> byState) {
        planned = Map.copyOf(byState);
    }

    void give(OperatorMessage message) {
        owed.add(message);
    }

    /** Reads a status; gives the command that was planned for that state. */
    Optional<OperatorMessage> reads(String status) {
        Optional<String> state = planned.keySet().stream()
                .filter(each -> status.contains("\"state\":\"" + each + "\""))
                .findFirst();
        Optional<OperatorMessage> due = state.map(planned::get);
        due.ifPresent(message -> {
            owed.add(message);
            Map<String, OperatorMessage> rest = new TreeMap<>(planned);
            rest.remove(state.orElseThrow());
            planned = Map.copyOf(rest);
        });
        return due;
    }

    /** What the gateway hasn't acknowledged yet. */
    List<OperatorMessage> owed() {
        return List.copyOf(owed);
    }

    /** Of commands that come in another order the one with the highest number counts. */
    void acknowledge(OperatorMessage message) {
        if (owed.remove(message) && Long.compareUnsigned(message.sequence(), acknowledged) > 0) {
            acknowledged = message.sequence();
            paused = message.pause().orElse(paused);
        }
    }

    /** The highest number that the gateway has acknowledged; 0 for none. */
    long acknowledged() {
        return acknowledged;
    }

    /** Whether the gateway is to be paused, as far as it has acknowledged. */
    boolean paused() {
        return paused;
    }

    @Override
    public Object save() {
        return new Saved(planned, List.copyOf(owed), acknowledged, paused);
    }

    @Override
    public void restore(Object state) {
        Saved saved = (Saved) state;
        planned = saved.planned();
        owed.clear();
        owed.addAll(saved.owed());
        acknowledged = saved.acknowledged();
        paused = saved.paused();
    }

    @Override
    public void addTo(StateHash hash) {
        hash.add(planned.hashCode());
        hash.add(owed.hashCode());
        hash.add(acknowledged);
        hash.add(paused ? 1 : 0);
    }
}

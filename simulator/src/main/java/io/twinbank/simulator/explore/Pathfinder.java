// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.core.AgentEvent;
import io.twinbank.hal.HalException;
import io.twinbank.hal.ResetControl;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.SchedulePlayer;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Reset;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.oracle.LifeWatch;
import io.twinbank.simulator.oracle.RestOracle;
import io.twinbank.simulator.oracle.Strictness;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.scenario.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Follows a state to its rest, life by life, and remembers what became of it: all that a life begins with is durable state,
 * so a state that was seen before each boot has the same future.
 */
final class Pathfinder {
    static final int MAX_BOOTS = 64;

    /** What is known of a state, and to which depth the cuts after it were explored. */
    private record Known(Verdict verdict, int explored) {}

    private record Life(StateHash.Key key, long fetched, List<Violation> violations) {}

    private final boolean remember;
    private final Map<StateHash.Key, Known> known = new HashMap<>();
    private final Map<StateHash.Key, RestOracle.Rest> rests = new HashMap<>();
    private final SortedSet<String> rows = new TreeSet<>();
    private long lives = 0;
    private long states = 0;

    Pathfinder(boolean remember) {
        this.remember = remember;
    }

    long distinctStates() {
        return states;
    }

    long lives() {
        return lives;
    }

    SortedSet<String> rows() {
        return rows;
    }

    /** Returns what became of a state, if it was explored at least so deep. */
    @Nullable
    Verdict known(StateHash.Key key, int depth) {
        Known found = remember ? known.get(key) : null;
        return found != null && found.explored() >= depth ? found.verdict() : null;
    }

    @Nullable
    Verdict known(World world, Object state, int depth) {
        world.restore(state);
        return known(world.key(ResetControl.Cause.POWER_ON), depth);
    }

    /**
     * Follows.
     *
     * @param world which is put into the state
     * @param state switched off, after a power cut
     * @param depth how many cuts the faults explore from here on
     * @param faults what they are
     * @return what becomes of it
     */
    Verdict follow(World world, Object state, int depth, Faults faults) throws HalException {
        world.restore(state);
        states++;
        LifeWatch watch = new LifeWatch(world);
        List<Life> path = new ArrayList<>();
        Set<StateHash.Key> seen = new HashSet<>();
        ResetControl.Cause cause = ResetControl.Cause.POWER_ON;
        Verdict end = null;
        while (end == null) {
            StateHash.Key key = world.key(cause);
            end = known(key, depth);
            if (end == null && (!seen.add(key) || path.size() >= MAX_BOOTS)) {
                end = endless(world);
            }
            if (end == null) {
                long fetchedBefore = world.server().bytesServed();
                watch.begin();
                world.board().faults(watched(watch, faults));
                Optional<Ending> ending = world.live();
                path.add(new Life(key, world.server().bytesServed() - fetchedBefore, watch.end()));
                lives++;
                noteRows(world);
                if (ending.isPresent()) {
                    end = rest(world, ending.get());
                }
                cause = world.board().log().stopped() instanceof Reset reset
                        ? reset.cause()
                        : ResetControl.Cause.POWER_ON;
            }
        }
        return remember(path, end, depth);
    }

    private Verdict remember(List<Life> path, Verdict end, int depth) {
        Verdict verdict = end;
        for (int i = path.size() - 1; i >= 0; i--) {
            Life life = path.get(i);
            verdict = verdict.after(life.fetched(), life.violations());
            if (remember) {
                known.put(life.key(), new Known(verdict, depth));
            }
        }
        return verdict;
    }

    private static Verdict endless(World world) {
        return new Verdict(
                Ending.BOOTS_FOR_EVER,
                0,
                0,
                "",
                List.of(),
                List.of(new Violation("L1", "boots for ever: " + world.board().boots(), Strictness.NO_LIE)));
    }

    private Verdict rest(World world, Ending ending) throws HalException {
        if (ending != Ending.AT_REST) {
            String oracle = ending == Ending.BRICK ? "S1" : "L1";
            String why = "ended " + ending + ": " + world.gateway().explain();
            Violation violation = new Violation(oracle, why, Strictness.NO_LIE);
            return new Verdict(ending, 0, 0, "", List.of(), List.of(violation));
        }
        StateHash.Key key = world.key(ResetControl.Cause.UNKNOWN);
        RestOracle.Rest rest = rests.get(key);
        if (rest == null) {
            LifeWatch watch = new LifeWatch(world);
            rest = new RestOracle(world, watch).judge();
            rests.put(key, rest);
            noteRows(world);
        }
        return new Verdict(ending, 0, 0, rest.permanent(), rest.told(), rest.violations());
    }

    private void noteRows(World world) {
        for (AgentEvent event : world.gateway().events()) {
            if (event instanceof AgentEvent.Started started) {
                rows.add(started.row());
            } else if (event instanceof AgentEvent.StateChanged changed) {
                rows.add(changed.row());
            }
        }
    }

    /**
     * Plays a schedule to its end and on to the rest.
     *
     * @param world which is put into the state
     * @param state switched off, after a power cut
     * @param player fresh
     * @return what becomes of it; the boots are those since the last fault
     */
    Verdict play(World world, Object state, SchedulePlayer player) throws HalException {
        world.restore(state);
        List<Violation> violations = new ArrayList<>();
        LifeWatch watch = new LifeWatch(world);
        long fetchedBefore = world.server().bytesServed();
        ResetControl.Cause cause = ResetControl.Cause.POWER_ON;
        int lives = 0;
        while (true) {
            if (cause == ResetControl.Cause.POWER_ON) {
                switchOff(world, player);
            }
            if (player.isOver() && cause == ResetControl.Cause.POWER_ON) {
                long fetched = world.server().bytesServed() - fetchedBefore;
                return with(violations, fetched, follow(world, world.save(), 0, Faults.none()));
            }
            watch.begin();
            world.board().faults(watched(watch, player));
            Optional<Ending> ending = world.live();
            violations.addAll(watch.end());
            noteRows(world);
            lives++;
            if (ending.isPresent()) {
                long fetched = world.server().bytesServed() - fetchedBefore;
                return with(violations, fetched, rest(world, ending.get()).after(0, List.of()));
            }
            if (lives >= MAX_BOOTS + player.size()) {
                return with(violations, 0, endless(world));
            }
            cause = world.board().log().stopped() instanceof Reset reset ? reset.cause() : ResetControl.Cause.POWER_ON;
        }
    }

    static void switchOff(World world, SchedulePlayer player) throws HalException {
        world.board().storage().losePower(world.board().log().survival());
        for (Fault.Off off : player.whileOff()) {
            world.whileOff(off);
        }
    }

    private static Verdict with(List<Violation> before, long fetched, Verdict verdict) {
        List<Violation> all = new ArrayList<>(before);
        all.addAll(verdict.violations());
        return new Verdict(
                verdict.ending(),
                verdict.boots(),
                verdict.fetchedBytes() + fetched,
                verdict.permanent(),
                verdict.told(),
                all);
    }

    private static Faults watched(LifeWatch watch, Faults faults) {
        return new Faults() {
            @Override
            public Fate at(Operation operation, Change change) {
                watch.operation(operation);
                return faults.at(operation, change);
            }

            @Override
            public Optional<HalException.Kind> atRead() {
                return faults.atRead();
            }

            @Override
            public long readsAstray() {
                return faults.readsAstray();
            }
        };
    }
}

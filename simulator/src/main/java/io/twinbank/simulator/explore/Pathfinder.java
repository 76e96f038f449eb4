// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.HalException;
import io.twinbank.hal.ResetControl;
import io.twinbank.simulator.SimulatedGateway.Ending;
import io.twinbank.simulator.explore.Memory.Future;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.SchedulePlayer;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Reset;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Touches;
import io.twinbank.simulator.oracle.LifeWatch;
import io.twinbank.simulator.oracle.RestOracle;
import io.twinbank.simulator.oracle.Strictness;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.report.Reached;
import io.twinbank.simulator.scenario.World;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows a state to its rest, life by life, and {@linkplain Memory remembers} what became of it. All that a life begins with is durable state,
 * so a state that was seen before has the same future; in the middle of a life so has a state in which the agent also
 * {@linkplain io.twinbank.simulator.Knowledge knows} the same.
 */
final class Pathfinder {
    static final int MAX_BOOTS = 64;

    /** Null if each state is followed. */
    private final @Nullable Memory memory;

    private final Memory rests = new Memory();
    private final Track track = new Track();
    private long lives = 0;
    private long states = 0;

    Pathfinder(boolean remember) {
        this.memory = remember ? new Memory() : null;
    }

    long distinctStates() {
        return states;
    }

    long lives() {
        return lives;
    }

    Reached reached() {
        return track.reached();
    }

    /** Returns what becomes of a world that is switched off, if that was explored at least so deep. */
    @Nullable
    Future known(World world, int depth) {
        return known(world, ResetControl.Cause.POWER_ON, depth);
    }

    private @Nullable Future known(World world, ResetControl.Cause cause, int depth) {
        if (memory == null) {
            return null;
        }
        StateHash.Key key = world.key(cause);
        Future known = memory.get(key, depth);
        return known != null ? known : memory.get(key, Memory.blocks(world, cause), depth);
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
    Future follow(World world, Object state, int depth, Faults faults) throws HalException {
        world.restore(state);
        states++;
        LifeWatch watch = new LifeWatch(world);
        List<Life> path = new ArrayList<>();
        Set<StateHash.Key> seen = new HashSet<>();
        ResetControl.Cause cause = ResetControl.Cause.POWER_ON;
        Future end = null;
        while (end == null) {
            StateHash.Key key = world.key(cause);
            Memory.Blocks blocks = memory == null ? null : Memory.blocks(world, cause);
            end = memory == null ? null : memory.get(key, depth);
            if (end == null && memory != null) {
                end = memory.get(key, blocks, depth);
            }
            if (end == null && (!seen.add(key) || path.size() >= MAX_BOOTS)) {
                end = new Future(endless(world), depth, null, 0);
            }
            if (end == null) {
                Life life = new Life(world, watch, memory, depth, faults, key, blocks);
                Optional<Ending> ending = life.live();
                path.add(life);
                lives++;
                track.events(world.gateway().events());
                end = life.known();
                if (end == null && ending.isPresent()) {
                    end = rest(world, ending.get(), depth);
                }
                cause = world.board().log().stopped() instanceof Reset reset
                        ? reset.cause()
                        : ResetControl.Cause.POWER_ON;
            }
        }
        for (int i = path.size() - 1; i >= 0; i--) {
            end = path.get(i).remember(end);
        }
        return end;
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

    /** What comes after a rest depends on no cut any more. */
    private Future rest(World world, Ending ending, int depth) throws HalException {
        if (ending != Ending.AT_REST) {
            String oracle = ending == Ending.BRICK ? "S1" : "L1";
            String why = "ended " + ending + ": " + world.gateway().explain();
            Violation violation = new Violation(oracle, why, Strictness.NO_LIE);
            return new Future(new Verdict(ending, 0, 0, "", List.of(), List.of(violation)), depth, new BitSet(), 0);
        }
        StateHash.Key key = world.key(ResetControl.Cause.UNKNOWN);
        Future future = rests.get(key, 0);
        Memory.Blocks blocks =
                memory == null || future != null ? null : Memory.blocks(world, ResetControl.Cause.UNKNOWN);
        if (future == null) {
            future = rests.get(key, blocks, 0);
        }
        if (future == null) {
            future = judge(world);
            track.told(future.verdict().told());
            rests.put(key, blocks, future);
            track.events(world.gateway().events());
        }
        return future;
    }

    private static Future judge(World world) throws HalException {
        Touches touches = world.board().storage().touches();
        if (touches != null) {
            touches.forget();
        }
        RestOracle.Rest rest = new RestOracle(world, new LifeWatch(world)).judge();
        BitSet live = new BitSet();
        if (touches != null) {
            Touches.Log log = touches.log();
            log.live(0, log.end(), live);
        }
        Verdict verdict = new Verdict(Ending.AT_REST, 0, 0, rest.permanent(), rest.told(), rest.violations());
        return new Future(verdict, 0, touches == null ? null : live, 0);
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
                return with(
                        violations,
                        fetched,
                        follow(world, world.save(), 0, Faults.none()).verdict());
            }
            watch.begin();
            world.board().faults(watched(watch, player));
            Optional<Ending> ending = world.live();
            violations.addAll(watch.end());
            track.events(world.gateway().events());
            lives++;
            if (ending.isPresent()) {
                long fetched = world.server().bytesServed() - fetchedBefore;
                Verdict verdict = rest(world, ending.get(), 0).verdict();
                return with(violations, fetched, verdict.after(0, List.of()));
            }
            if (lives >= MAX_BOOTS + player.size()) {
                return with(violations, 0, endless(world));
            }
            cause = world.board().log().stopped() instanceof Reset reset ? reset.cause() : ResetControl.Cause.POWER_ON;
        }
    }

    static void switchOff(World world, SchedulePlayer player) throws HalException {
        world.board().losePower(world.board().log().survival());
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

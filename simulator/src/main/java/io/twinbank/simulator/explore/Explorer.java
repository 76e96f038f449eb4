// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.HalException;
import io.twinbank.hal.ResetControl;
import io.twinbank.simulator.explore.Exploration.Cell;
import io.twinbank.simulator.explore.Exploration.Failure;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.scenario.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Explores every power cut of a {@link Setting}, and every cut after it, to a depth. The run without faults forks at each
 * operation, once for each way in which a cut may tear it and for each subset of unflushed writes that may survive; no prefix
 * is run twice. A state that was seen has the same future, so it isn't run again. Deterministic; not thread-safe.
 */
public final class Explorer {
    /** How many failures are kept; all are counted. */
    public static final int MAX_FAILURES = 200;

    /** A state after a first cut, still to be explored. */
    private record Node(Object state, Schedule path, long fetched, long operation, String variant) {}

    private final Setting setting;
    private final Limits limits;
    private final Pathfinder pathfinder;
    /** One for each depth, for a state is explored while the run that led to it is under way. */
    private final List<World> worlds = new ArrayList<>();

    private final List<Operation> baseline = new ArrayList<>();
    private final List<Cell> cells = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final BitSet covered = new BitSet();
    private long failureCount = 0;
    private long considered = 0;

    /**
     * Makes an explorer.
     *
     * @param setting what to explore
     * @param limits how far
     */
    public Explorer(Setting setting, Limits limits) {
        this.setting = setting;
        this.limits = limits;
        this.pathfinder = new Pathfinder(limits.deduplicate());
        for (int depth = 0; depth <= limits.depth(); depth++) {
            worlds.add(setting.world());
        }
    }

    /**
     * Explores.
     *
     * @return what was found
     */
    public Exploration explore() {
        long started = System.nanoTime();
        try {
            World first = worlds.get(0);
            Object beginning = first.save();
            Verdict quiet = pathfinder.follow(
                    first, beginning, limits.depth(), new Fork(first, Schedule.NONE, 0, limits.depth()));
            judge(Schedule.NONE, quiet, 0);
            for (Node node : nodes) {
                explore(node);
            }
            nodes.clear();
            List<Long> uncovered = LongStream.rangeClosed(1, baseline.size())
                    .filter(operation -> !covered.get((int) operation))
                    .boxed()
                    .toList();
            return new Exploration(
                    setting,
                    List.copyOf(baseline),
                    quiet,
                    List.copyOf(cells),
                    List.copyOf(failures),
                    failureCount,
                    considered,
                    pathfinder.distinctStates(),
                    pathfinder.lives(),
                    uncovered,
                    pathfinder.rows(),
                    (System.nanoTime() - started) / 1e9);
        } catch (IOException e) {
            throw new UncheckedIOException("exploring " + setting, e);
        } finally {
            worlds.forEach(World::close);
        }
    }

    private void explore(Node node) throws HalException {
        int remaining = limits.depth() - 1;
        Verdict known = pathfinder.known(worlds.get(1), node.state(), remaining);
        Verdict verdict = known != null
                ? known
                : pathfinder.follow(
                        worlds.get(1), node.state(), remaining, new Fork(worlds.get(1), node.path(), 1, remaining));
        finish(node, verdict, known != null);
    }

    private void finish(Node node, Verdict verdict, boolean duplicate) {
        judge(node.path(), verdict, node.fetched());
        if (limits.cells() && node.path().faults().size() == 1) {
            cells.add(new Cell(node.operation(), node.variant(), verdict, duplicate));
        }
    }

    private void judge(Schedule path, Verdict verdict, long fetchedBefore) {
        List<Violation> violations = Judge.of(setting, worlds.get(0), path, verdict, fetchedBefore);
        if (!violations.isEmpty()) {
            failureCount++;
            if (failures.size() < MAX_FAILURES) {
                failures.add(new Failure(path, violations));
            }
        }
    }

    /** Forks a run at each operation, while depth remains. */
    private final class Fork implements Faults {
        private final World world;
        private final Schedule path;
        private final int level;
        private final int remaining;
        private long number = 0;

        Fork(World world, Schedule path, int level, int remaining) {
            this.world = world;
            this.path = path;
            this.level = level;
            this.remaining = remaining;
        }

        @Override
        public Fate at(Operation operation, Change change) {
            number++;
            if (level == 0) {
                baseline.add(operation);
            }
            if (remaining > 0) {
                try {
                    fork(change);
                } catch (HalException e) {
                    throw new UncheckedIOException("forking at " + operation, e);
                }
                if (level == 0) {
                    covered.set((int) number);
                }
            }
            return Fate.DONE;
        }

        private void fork(Change change) throws HalException {
            Object before = world.board().save();
            each(Tear.BEFORE);
            world.board().restore(before);
            change.whole();
            each(Tear.AFTER);
            world.board().restore(before);
            if (limits.tears()) {
                for (Tear tear : change.tears()) {
                    change.torn(tear);
                    each(tear);
                    world.board().restore(before);
                }
            }
        }

        private void each(Tear tear) throws HalException {
            List<Survival> survivals = world.board().storage().survivals();
            Object torn = world.board().save();
            for (Survival survival : survivals) {
                world.board().storage().losePower(survival);
                child(tear, survivals.size() == 1 ? Survival.NONE : survival);
                world.board().restore(torn);
            }
        }

        private void child(Tear tear, Survival survival) throws HalException {
            considered++;
            int left = remaining - 1;
            Verdict known = pathfinder.known(world.key(ResetControl.Cause.POWER_ON), left);
            Fault.Cut cut = new Fault.Cut(number, tear, survival);
            Node node = new Node(
                    known == null ? world.save() : "known",
                    path.then(cut),
                    world.server().bytesServed(),
                    number,
                    cut.toString());
            if (known != null) {
                finish(node, known, true);
            } else if (level == 0 && left > 0) {
                nodes.add(node);
            } else {
                World next = worlds.get(level + 1);
                Verdict verdict =
                        pathfinder.follow(next, node.state(), left, new Fork(next, node.path(), level + 1, left));
                finish(node, verdict, false);
            }
        }
    }
}

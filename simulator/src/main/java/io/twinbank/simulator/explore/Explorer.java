// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.explore.Exploration.Cell;
import io.twinbank.simulator.explore.Exploration.Failure;
import io.twinbank.simulator.explore.Memory.Future;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Fault.Cut;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import io.twinbank.simulator.medium.Touches;
import io.twinbank.simulator.oracle.RecordsWatch;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.scenario.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Explores every power cut of a {@link Setting}, and every cut after it, to a depth. The run without faults forks at each
 * operation, once for each way in which a cut may tear it and for each subset of unflushed writes that may survive; no prefix
 * is run twice. A state that was seen has the same future, so it isn't run again. Deterministic; not thread-safe.
 */
public final class Explorer {
    /** How many failures are kept; all are counted. */
    public static final int MAX_FAILURES = 200;

    /** A state after a cut, still to be explored, and which records the cut itself has spoilt. */
    private record Node(
            Object state,
            Schedule path,
            int level,
            long fetched,
            long operation,
            String variant,
            int square,
            List<Violation> lost) {}

    private final Setting setting;
    private final Limits limits;
    private final Pulse pulse;
    private final Pathfinder pathfinder;
    /** In which states with cuts after them are followed. */
    private final World world;
    /** In which the others are, while the run that led to them is under way. */
    private final World last;

    private final List<Operation> baseline = new ArrayList<>();
    private final List<Cell> cells = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private final Deque<Node> nodes = new ArrayDeque<>();
    private final PairsTally pairs;
    private final BitSet covered = new BitSet();
    private final Limits.Deadline deadline;
    private long failureCount = 0;
    private long considered = 0;
    private long schedules = 0;
    private int deepest = 0;
    private boolean closed = true;

    /**
     * Makes an explorer.
     *
     * @param setting what to explore
     * @param limits how far
     */
    public Explorer(Setting setting, Limits limits) {
        this(setting, limits, new Pulse());
    }

    Explorer(Setting setting, Limits limits, Pulse pulse) {
        this.setting = setting;
        this.limits = limits;
        this.pulse = pulse;
        this.deadline = limits.deadline();
        this.pathfinder = new Pathfinder(limits.deduplicate());
        this.pairs = new PairsTally(setting);
        this.world = setting.world();
        this.last = setting.world();
    }

    /**
     * Explores.
     *
     * @return what was found
     */
    public Exploration explore() {
        long started = System.nanoTime();
        try {
            Future baselineFuture = pathfinder.follow(
                    world, world.save(), limits.depth(), new Fork(world, Schedule.NONE, 0, limits.depth()));
            Verdict quiet = baselineFuture.verdict();
            schedules += baselineFuture.cuts();
            judge(Schedule.NONE, quiet, 0);
            int first = nodes.size();
            while (!nodes.isEmpty() && !isEnough()) {
                explore(nodes.remove());
                if (limits.depth() == 2) {
                    pulse.done(first - nodes.size(), first);
                }
            }
            closed &= nodes.isEmpty();
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
                    pairs.found(),
                    List.copyOf(failures),
                    failureCount,
                    considered,
                    schedules,
                    pathfinder.distinctStates(),
                    pathfinder.lives(),
                    uncovered,
                    pathfinder.reached(),
                    closed,
                    deepest,
                    (System.nanoTime() - started) / 1e9,
                    null);
        } catch (IOException e) {
            throw new UncheckedIOException("exploring " + setting, e);
        } finally {
            world.close();
            last.close();
        }
    }

    private boolean isEnough() {
        return pathfinder.distinctStates() >= limits.maxStates()
                || (limits.stopAtFirst() && failureCount > 0)
                || deadline.isOver();
    }

    private void explore(Node node) throws HalException {
        int left = limits.depth() - node.level();
        deepest = Math.max(deepest, node.level());
        world.restore(node.state());
        Future known = pathfinder.known(world, left);
        Future future = known != null
                ? known
                : pathfinder.follow(world, node.state(), left, new Fork(world, node.path(), node.level(), left));
        finish(node, future, known != null);
    }

    private void finish(Node node, Future future, boolean duplicate) {
        if (node.level() < limits.depth()) {
            schedules += future.cuts();
        }
        Verdict verdict = future.verdict().and(node.lost());
        List<Violation> violations = judge(node.path(), verdict, node.fetched());
        pairs.note(node.square(), node.path(), verdict, violations);
        if (limits.cells() && node.level() == 1) {
            cells.add(new Cell(node.operation(), node.variant(), node.path(), verdict, violations, duplicate));
        }
    }

    private List<Violation> judge(Schedule path, Verdict verdict, long fetchedBefore) {
        List<Violation> violations = Judge.of(setting, world, path, verdict, fetchedBefore);
        if (!violations.isEmpty()) {
            failureCount++;
            if (failures.size() < MAX_FAILURES) {
                failures.add(new Failure(path, violations));
            }
        }
        return violations;
    }

    /** Forks a run at each operation, while depth remains. */
    private final class Fork implements Life.Forking {
        private final World here;
        private final @Nullable Touches touches;
        private final Schedule path;
        private final int level;
        private final int remaining;
        private final RecordsWatch records;
        private long number = 0;
        private long children = 0;
        private int square = PairsTally.NONE;
        /** What the children at the present operation depend on; null if that isn't known of each. */
        private @Nullable BitSet live = new BitSet();

        Fork(World here, Schedule path, int level, int remaining) {
            this.here = here;
            this.touches = here.board().storage().touches();
            this.path = path;
            this.level = level;
            this.remaining = remaining;
            this.records = new RecordsWatch(here.board().storage().records());
        }

        @Override
        public @Nullable BitSet liveChildren() {
            return live;
        }

        @Override
        public long children() {
            return children;
        }

        private void depends(@Nullable BitSet child) {
            if (live != null && child != null) {
                live.or(child);
            } else {
                live = null;
            }
        }

        @Override
        public Fate at(Operation operation, Change change) {
            number++;
            live = new BitSet();
            if (level == 0) {
                baseline.add(operation);
            }
            if (limits.cells() && limits.depth() > 1) {
                square = pairs.at(here, path, operation);
            }
            if (remaining > 0 && isEnough()) {
                closed = false;
            } else if (remaining > 0) {
                try {
                    records.before(operation); // which reads, and so the future depends on what is there
                    pause(true);
                    fork(change);
                    pause(false);
                } catch (HalException e) {
                    throw new UncheckedIOException("forking at " + operation, e);
                }
                if (level == 0) {
                    covered.set((int) number);
                }
            }
            return Fate.DONE;
        }

        /** What an explorer does to a board is no part of its life. */
        private void pause(boolean now) {
            if (touches != null) {
                touches.pause(now);
            }
        }

        private void fork(Change change) throws HalException {
            Object before = here.board().save();
            each(Tear.BEFORE);
            here.board().restore(before);
            change.whole();
            records.note();
            each(Tear.AFTER);
            here.board().restore(before);
            if (limits.tears()) {
                for (Tear tear : change.tears()) {
                    change.torn(tear);
                    each(tear);
                    here.board().restore(before);
                }
            }
        }

        private void each(Tear tear) throws HalException {
            List<Survival> survivals = here.board().survivals();
            Object torn = here.board().save();
            for (Survival survival : survivals) {
                here.board().losePower(survival);
                List<Violation> lost = records.afterCut(survivals.size() > 1);
                Cut cut = new Cut(number, tear, survivals.size() == 1 ? Survival.NONE : survival);
                if (limits.offs().isEmpty()) {
                    child(path.then(cut), cut.tear() + (survivals.size() == 1 ? "" : "," + survival), lost);
                } else {
                    eachOff(path.then(cut), lost);
                }
                here.board().restore(torn);
            }
        }

        private void eachOff(Schedule cut, List<Violation> lost) throws HalException {
            Object off = here.board().save();
            for (Fault.Off fault : limits.offs()) {
                List<Violation> found = new ArrayList<>(lost);
                found.addAll(records.whileOff(here, fault));
                child(cut.then(fault), fault.toString(), found);
                here.board().restore(off);
            }
        }

        private void child(Schedule schedule, String variant, List<Violation> lost) throws HalException {
            considered++;
            children++;
            pulse.add(1);
            int left = remaining - 1;
            Future known = pathfinder.known(here, left);
            Object state = known == null ? here.save() : "known";
            Node node =
                    new Node(state, schedule, level + 1, here.server().bytesServed(), number, variant, square, lost);
            if (known != null) {
                depends(known.live());
                finish(node, known, true);
            } else if (left > 0) {
                depends(null);
                nodes.add(node);
            } else {
                Future future = pathfinder.follow(last, state, 0, new Fork(last, schedule, level + 1, 0));
                depends(future.live());
                finish(node, future, false);
            }
        }
    }
}

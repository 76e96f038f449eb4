// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.HalException;
import io.twinbank.hal.StateKey;
import io.twinbank.simulator.explore.Exploration.Cell;
import io.twinbank.simulator.explore.Exploration.Failure;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Fault.Cut;
import io.twinbank.simulator.fault.Fault.Event;
import io.twinbank.simulator.fault.Fault.Fails;
import io.twinbank.simulator.fault.Fault.Off;
import io.twinbank.simulator.fault.Fault.ReadFails;
import io.twinbank.simulator.fault.Fault.Silent;
import io.twinbank.simulator.fault.Fault.Throws;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.fault.SchedulePlayer;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import io.twinbank.simulator.oracle.GrowthOracle;
import io.twinbank.simulator.oracle.GrowthOracle.Growth;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.scenario.Scenario;
import io.twinbank.simulator.scenario.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One {@link Mode} over one {@link Setting}. Deterministic. */
public final class Sweep {
    private static final int BROWN_OUT_LIVES = 64;

    private final Setting setting;
    private final Mode mode;
    private final Limits limits;
    private final long firstSeed;
    private final long seeds;
    private final boolean asksGrowth;
    private final Pulse pulse = new Pulse();

    /**
     * Makes a sweep.
     *
     * @param setting what to explore
     * @param mode how to search
     * @param limits how far; the mode sets the depth, except for {@link Mode#DEPTH}
     * @param seeds how many random schedules; only for {@link Mode#RANDOM}
     */
    public Sweep(Setting setting, Mode mode, Limits limits, long seeds) {
        this(setting, mode, limits, 0, seeds, false);
    }

    private Sweep(Setting setting, Mode mode, Limits limits, long firstSeed, long seeds, boolean asksGrowth) {
        this.setting = setting;
        this.mode = mode;
        this.limits = limits;
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        this.asksGrowth = asksGrowth;
    }

    /**
     * Returns the same from another seed on.
     *
     * @param seed the first
     * @return a copy of this
     */
    public Sweep fromSeed(long seed) {
        return new Sweep(setting, mode, limits, seed, seeds, asksGrowth);
    }

    /**
     * Returns the same with less time.
     *
     * @param time how long it may take
     * @return a copy of this
     */
    public Sweep within(Duration time) {
        return new Sweep(setting, mode, limits.within(time), firstSeed, seeds, asksGrowth);
    }

    /**
     * Returns the same, which also asks once whether the agent's memory is bounded (O-M1): too dear for each cut.
     *
     * @return a copy of this
     */
    public Sweep askingGrowth() {
        return new Sweep(setting, mode, limits, firstSeed, seeds, true);
    }

    /** How far it is, from any thread. */
    Pulse pulse() {
        return pulse;
    }

    /**
     * Explores.
     *
     * @return what was found
     */
    public Exploration explore() {
        Exploration found = search();
        return asksGrowth ? found.with(growth()) : found;
    }

    private Growth growth() {
        try (World world = setting.world()) {
            return new GrowthOracle(world).judge();
        } catch (HalException e) {
            throw new UncheckedIOException("pestering " + setting, e);
        }
    }

    private Exploration search() {
        return switch (mode) {
            case QUIET -> quiet();
            case SINGLE -> explorer(limits.toDepth(1));
            case PAIRS -> explorer(limits.toDepth(2));
            case DEPTH -> explorer(limits);
            case FIXPOINT -> explorer(limits.toDepth(Limits.UNTIL_CLOSED));
            case LOST -> explorer(limits.withOffs(lost()));
            case BIT_FLIPS -> new BitFlips(setting, limits, pulse).explore();
            case LINEAR, BROWN_OUT, IO_ERRORS, ERRORS, EVENTS, RANDOM -> played();
        };
    }

    private Exploration explorer(Limits far) {
        return new Explorer(setting, far, pulse).explore();
    }

    /** The second run is done in another world, so that nothing is left of the first. */
    private Exploration quiet() {
        Exploration first = explorer(limits.toDepth(0));
        Exploration second = explorer(limits.toDepth(0));
        List<Failure> failures = new ArrayList<>(first.failures());
        if (!first.baseline().equals(second.baseline()) || !first.quiet().equals(second.quiet())) {
            failures.add(new Failure(
                    Schedule.NONE,
                    List.of(new Violation(
                            "DETERMINISM", "two runs without faults differ " + difference(first, second)))));
        }
        return first.quiet(failures);
    }

    private static String difference(Exploration first, Exploration second) {
        for (int i = 0; i < first.baseline().size() && i < second.baseline().size(); i++) {
            Operation one = first.baseline().get(i);
            Operation other = second.baseline().get(i);
            if (!one.equals(other)) {
                return "at " + one + " and " + other;
            }
        }
        return "in their ends: " + first.quiet() + " and " + second.quiet();
    }

    private static List<Off> lost() {
        List<Off> offs = new ArrayList<>();
        for (StateKey key : StateKey.values()) {
            String name = key.name().toLowerCase(Locale.ROOT).replace('_', '-');
            offs.add(new Off("lose", name, 0));
            offs.add(new Off("forget", name, 0));
            offs.add(new Off("replay", name, 0));
        }
        offs.add(new Off("lose", "variables", 0));
        return offs;
    }

    private Exploration played() {
        long started = System.nanoTime();
        try (World world = setting.world()) {
            Object beginning = world.save();
            Pathfinder pathfinder = new Pathfinder(limits.deduplicate());
            Counter counted = Counter.of(world);
            List<Operation> baseline = List.copyOf(counted.operations);
            Verdict quiet =
                    pathfinder.follow(world, beginning, 0, Faults.none()).verdict();
            List<Schedule> schedules = schedules(counted);
            List<Cell> cells = new ArrayList<>();
            List<Failure> failures = new ArrayList<>();
            BitSet covered = new BitSet();
            long failureCount = 0;
            long struck = 0;
            int played = 0;
            Limits.Deadline deadline = limits.deadline();
            for (Schedule schedule : schedules) {
                if (deadline.isOver() || (failureCount > 0 && limits.stopAtFirst())) {
                    break;
                }
                played++;
                SchedulePlayer player = new SchedulePlayer(schedule, world::happen);
                Verdict verdict = pathfinder.play(world, beginning, player);
                if (mode == Mode.BROWN_OUT) {
                    verdict = verdict.and(Progress.of(baseline, player));
                }
                struck += player.fired().size();
                pulse.add(player.fired().size());
                pulse.done(played, schedules.size());
                List<Violation> violations = Judge.of(setting, world, schedule, verdict, 0);
                note(schedule, player, verdict, violations, covered, cells);
                if (!violations.isEmpty() && ++failureCount <= Explorer.MAX_FAILURES) {
                    failures.add(new Failure(schedule, violations));
                }
            }
            return new Exploration(
                    setting,
                    baseline,
                    quiet,
                    cells,
                    Exploration.Pairs.NONE,
                    failures,
                    failureCount,
                    struck,
                    played,
                    played,
                    pathfinder.lives(),
                    uncovered(baseline, covered),
                    pathfinder.reached(),
                    played == schedules.size(),
                    schedules.stream().mapToInt(Schedule::cuts).max().orElse(0),
                    (System.nanoTime() - started) / 1e9,
                    null);
        } catch (IOException e) {
            throw new UncheckedIOException("sweeping " + setting, e);
        }
    }

    private void note(
            Schedule schedule,
            SchedulePlayer player,
            Verdict verdict,
            List<Violation> violations,
            BitSet covered,
            List<Cell> cells) {
        for (Fault fault : player.fired()) {
            if (fault instanceof Fault.AtOperation here) {
                covered.set((int) here.operation());
            }
        }
        if (limits.cells()
                && !schedule.faults().isEmpty()
                && schedule.faults().get(0) instanceof Fault.AtOperation at) {
            cells.add(new Cell(at.operation(), schedule.toString(), schedule, verdict, violations, false));
        }
    }

    /** Random schedules needn't strike everywhere; the others must. */
    private List<Long> uncovered(List<Operation> operations, BitSet covered) {
        List<Long> missed = new ArrayList<>();
        for (int operation = 1; operation <= operations.size() && mode != Mode.RANDOM; operation++) {
            boolean immune = mode == Mode.ERRORS && isOfTheLoader(operations.get(operation - 1));
            if (!covered.get(operation) && !immune) {
                missed.add((long) operation);
            }
        }
        return missed;
    }

    private List<Schedule> schedules(Counter quiet) {
        List<Schedule> schedules = new ArrayList<>();
        switch (mode) {
            case BROWN_OUT -> {
                for (long k = 1; k <= quiet.count(); k++) {
                    schedules.add(brownOut(k, Tear.BEFORE));
                    schedules.add(brownOut(k, Tear.AFTER));
                }
            }
            case LINEAR -> schedules.addAll(linear(quiet.count()));
            case IO_ERRORS -> ioErrors(quiet, schedules);
            case ERRORS -> errors(quiet.operations, schedules);
            case EVENTS -> events(setting.scenario(), quiet, schedules);
            case RANDOM -> {
                for (long seed = 0; seed < seeds; seed++) {
                    schedules.add(RandomSchedules.draw(firstSeed + seed, quiet.count(), quiet.reads()));
                }
            }
            default -> throw new IllegalStateException(mode + " isn't played");
        }
        return schedules;
    }

    private static Schedule brownOut(long operations, Tear tear) {
        List<Fault> cuts = new ArrayList<>();
        for (int life = 0; life < BROWN_OUT_LIVES; life++) {
            cuts.add(new Cut(operations, tear, Survival.NONE));
        }
        return new Schedule(cuts);
    }

    private static List<Schedule> linear(long operations) {
        List<Schedule> all = new ArrayList<>();
        for (long from = 1; from <= operations; from++) {
            List<Fault> cuts = new ArrayList<>();
            for (long life = from; life <= operations; life++) {
                cuts.add(new Cut(life, Tear.BEFORE, Survival.NONE));
            }
            all.add(new Schedule(cuts));
        }
        return all;
    }

    private static void ioErrors(Counter quiet, List<Schedule> schedules) {
        for (long n = 1; n <= quiet.count(); n++) {
            schedules.add(Schedule.of(new Fails(n, HalException.Kind.IO, false, 1)));
            schedules.add(Schedule.of(new Fails(n, HalException.Kind.IO, false, 3)));
            schedules.add(Schedule.of(new Fails(n, HalException.Kind.TIMEOUT, false, 1)));
            schedules.add(Schedule.of(new Fails(n, HalException.Kind.OUTCOME_UNKNOWN, true, 1)));
            schedules.add(Schedule.of(new Fails(n, HalException.Kind.IO, false, Fails.FOREVER)));
            schedules.add(Schedule.of(new Silent(n)));
            schedules.add(Schedule.of(
                    new Fails(n, HalException.Kind.IO, true, 1), new Cut(n + 1, Tear.BEFORE, Survival.NONE)));
        }
        for (long n = 1; n <= quiet.reads(); n++) {
            schedules.add(Schedule.of(new ReadFails(n, HalException.Kind.ECC, 1)));
            schedules.add(Schedule.of(new ReadFails(n, HalException.Kind.ECC, 3)));
        }
    }

    private static void errors(List<Operation> quiet, List<Schedule> schedules) {
        for (long n = 1; n <= quiet.size(); n++) {
            if (!isOfTheLoader(quiet.get((int) n - 1))) {
                schedules.add(Schedule.of(new Throws(n, true, false, 1)));
                schedules.add(Schedule.of(new Throws(n, false, true, 1)));
                schedules.add(Schedule.of(new Throws(n, true, false, 3)));
                schedules.add(Schedule.of(new Throws(n, true, true, 1), new Cut(n + 1, Tear.BEFORE, Survival.NONE)));
            }
        }
    }

    /** It runs without a JVM. */
    private static boolean isOfTheLoader(Operation operation) {
        return operation.call().equals("boot");
    }

    private static void events(Scenario scenario, Counter quiet, List<Schedule> schedules) {
        List<String> all = new ArrayList<>(List.of("outage", "cancel", "supersede", "clock-epoch", "clock-2099"));
        if (scenario.trustManifest().isPresent()) {
            all.add("trust");
        }
        if (quiet.sharesVariables) {
            all.add("fw-setenv");
        }
        for (long n = 1; n <= quiet.count(); n++) {
            for (String what : all) {
                schedules.add(Schedule.of(new Event(n, what)));
            }
        }
    }

    /** Counts what a run without faults does, until it rests. */
    static final class Counter implements Faults {
        final List<Operation> operations = new ArrayList<>();
        private long reads = 0;
        private boolean sharesVariables = false;

        @Override
        public Fate at(Operation operation, Change change) {
            operations.add(operation);
            return Fate.DONE;
        }

        @Override
        public Optional<HalException.Kind> atRead() {
            reads++;
            return Optional.empty();
        }

        static Counter of(World world) throws HalException {
            Counter counter = new Counter();
            counter.sharesVariables = world.board().loader().sharesVariables();
            world.board().faults(counter);
            for (int lives = 0; lives < Pathfinder.MAX_BOOTS && world.live().isEmpty(); lives++) {
                // until it rests
            }
            return counter;
        }

        long count() {
            return operations.size();
        }

        long reads() {
            return reads;
        }
    }
}

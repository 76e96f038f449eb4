// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Fault.Cut;
import io.twinbank.simulator.fault.Fault.Fails;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import io.twinbank.simulator.scenario.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a schedule that fails as small as it can be while the same oracle still complains: fewer faults first, then a
 * simpler tear, then an earlier operation.
 */
public final class Shrinker {
    private static final int MAX_TRIES = 2_000;

    private final Setting setting;
    private final String oracle;
    private int tries = 0;

    /**
     * Makes a shrinker.
     *
     * @param setting in which the schedule fails
     * @param oracle which must still complain
     */
    public Shrinker(Setting setting, String oracle) {
        this.setting = setting;
        this.oracle = oracle;
    }

    /**
     * Shrinks.
     *
     * @param failing a schedule that fails
     * @return the smallest found that fails, perhaps the same
     * @throws IllegalArgumentException if the schedule doesn't fail
     */
    public Schedule shrink(Schedule failing) {
        try (World world = setting.world()) {
            Object beginning = world.save();
            if (!fails(world, beginning, failing)) {
                throw new IllegalArgumentException(
                        setting + ":" + failing + " has nothing that " + oracle + " complains of");
            }
            Schedule smallest = failing;
            Schedule smaller = smaller(world, beginning, smallest);
            while (!smaller.equals(smallest)) {
                smallest = smaller;
                smaller = smaller(world, beginning, smallest);
            }
            return smallest;
        } catch (IOException e) {
            throw new UncheckedIOException("shrinking " + setting + ":" + failing, e);
        }
    }

    /** Returns the first simpler schedule that still fails, or the same. */
    private Schedule smaller(World world, Object beginning, Schedule schedule) throws IOException {
        for (Schedule candidate : candidates(schedule)) {
            if (tries++ >= MAX_TRIES) {
                return schedule;
            }
            if (fails(world, beginning, candidate)) {
                return candidate;
            }
        }
        return schedule;
    }

    private boolean fails(World world, Object beginning, Schedule schedule) throws IOException {
        return Replay.of(setting, world, beginning, schedule).violates(oracle);
    }

    private static List<Schedule> candidates(Schedule schedule) {
        List<Schedule> candidates = new ArrayList<>();
        List<Fault> faults = schedule.faults();
        for (int half = faults.size() / 2; half >= 1; half /= 2) {
            for (int from = 0; from + half <= faults.size(); from += half) {
                List<Fault> rest = new ArrayList<>(faults);
                rest.subList(from, from + half).clear();
                candidates.add(new Schedule(rest));
            }
        }
        for (int i = 0; i < faults.size(); i++) {
            for (Fault simpler : simpler(faults.get(i))) {
                List<Fault> changed = new ArrayList<>(faults);
                changed.set(i, simpler);
                candidates.add(new Schedule(changed));
            }
        }
        return candidates;
    }

    private static List<Fault> simpler(Fault fault) {
        List<Fault> simpler = new ArrayList<>();
        if (fault instanceof Cut cut) {
            if (!cut.survival().equals(Survival.NONE)) {
                simpler.add(new Cut(cut.operation(), cut.tear(), Survival.NONE));
                if (!cut.survival().equals(Survival.ALL)) {
                    simpler.add(new Cut(cut.operation(), cut.tear(), Survival.ALL));
                }
            }
            if (cut.tear().kind() != Tear.Kind.BEFORE) {
                simpler.add(new Cut(cut.operation(), Tear.BEFORE, cut.survival()));
            }
            if (cut.tear().kind().compareTo(Tear.Kind.AFTER) > 0) {
                simpler.add(new Cut(cut.operation(), Tear.AFTER, cut.survival()));
            }
            for (long earlier : earlier(cut.operation())) {
                simpler.add(new Cut(earlier, cut.tear(), cut.survival()));
            }
        } else if (fault instanceof Fails fails) {
            if (fails.times() > 1) {
                simpler.add(new Fails(fails.operation(), fails.kind(), fails.applied(), 1));
            }
            for (long earlier : earlier(fails.operation())) {
                simpler.add(new Fails(earlier, fails.kind(), fails.applied(), fails.times()));
            }
        }
        return simpler;
    }

    private static List<Long> earlier(long operation) {
        List<Long> earlier = new ArrayList<>();
        for (long step = operation / 2; step >= 1; step /= 2) {
            earlier.add(operation - step);
        }
        return earlier;
    }
}

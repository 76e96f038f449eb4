// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.HalException;
import io.twinbank.simulator.explore.Exploration.Cell;
import io.twinbank.simulator.explore.Exploration.Failure;
import io.twinbank.simulator.explore.Memory.Future;
import io.twinbank.simulator.fault.Fault.Cut;
import io.twinbank.simulator.fault.Fault.Off;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.fault.SchedulePlayer;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.oracle.Violation;
import io.twinbank.simulator.scenario.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Flips one bit while the power is off, of the boot variables, the records and the banks, in each phase of the story.
 */
final class BitFlips {
    /** Each field of each record is among so many bits. */
    private static final int BITS_OF_A_REGION = 400;

    private final Setting setting;
    private final Limits limits;
    private final Pulse pulse;
    private final int bitsOfARegion;
    private final List<Cell> cells = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private long failureCount = 0;
    private long considered = 0;

    BitFlips(Setting setting, Limits limits, Pulse pulse) {
        this(setting, limits, pulse, BITS_OF_A_REGION);
    }

    /**
     * Flips fewer of them, or more.
     *
     * @param bitsOfARegion how many are tried in each phase, evenly spread
     */
    BitFlips(Setting setting, Limits limits, Pulse pulse, int bitsOfARegion) {
        this.bitsOfARegion = bitsOfARegion;
        this.setting = setting;
        this.pulse = pulse;
        this.limits = limits;
    }

    Exploration explore() {
        long started = System.nanoTime();
        try (World world = setting.world();
                World last = setting.world()) {
            Object beginning = world.save();
            Pathfinder pathfinder = new Pathfinder(limits.deduplicate());
            Sweep.Counter counted = Sweep.Counter.of(world);
            Verdict quiet =
                    pathfinder.follow(world, beginning, 0, Faults.none()).verdict();
            boolean closed = true;
            Limits.Deadline deadline = limits.deadline();
            for (Operation operation : phases(counted.operations)) {
                if (deadline.isOver()) {
                    closed = false;
                } else if (failureCount == 0 || !limits.stopAtFirst()) {
                    Cut cut = new Cut(operation.number(), Tear.AFTER, Survival.NONE);
                    cutAt(world, beginning, cut);
                    flip(pathfinder, world, last, cut);
                }
            }
            return new Exploration(
                    setting,
                    List.copyOf(counted.operations),
                    quiet,
                    List.copyOf(cells),
                    Exploration.Pairs.NONE,
                    List.copyOf(failures),
                    failureCount,
                    considered,
                    considered,
                    pathfinder.distinctStates(),
                    pathfinder.lives(),
                    List.of(),
                    pathfinder.reached(),
                    closed,
                    1,
                    (System.nanoTime() - started) / 1e9,
                    null);
        } catch (IOException e) {
            throw new UncheckedIOException("flipping bits of " + setting, e);
        }
    }

    /** The last operation of each call: in between, cuts have their say. */
    private static List<Operation> phases(List<Operation> operations) {
        List<Operation> phases = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            boolean isLast =
                    i + 1 == operations.size() || !kind(operations.get(i + 1)).equals(kind(operations.get(i)));
            if (isLast) {
                phases.add(operations.get(i));
            }
        }
        return phases;
    }

    private static String kind(Operation operation) {
        int space = operation.call().indexOf(' ');
        boolean ofABank = operation.part() == Operation.Part.BANK_A || operation.part() == Operation.Part.BANK_B;
        return operation.part() + (ofABank || space < 0 ? "" : operation.call());
    }

    private static void cutAt(World world, Object beginning, Cut cut) throws HalException {
        world.restore(beginning);
        world.board().faults(new SchedulePlayer(Schedule.of(cut), world::happen));
        for (int lives = 0; lives < Pathfinder.MAX_BOOTS; lives++) {
            world.live();
            if (world.board().log().stopped() == world.board().log().powerCut()) {
                break;
            }
        }
        world.board().losePower(world.board().log().survival());
    }

    private void flip(Pathfinder pathfinder, World world, World last, Cut cut) throws HalException {
        Object state = world.board().save();
        for (Operation.Part part : Operation.Part.values()) {
            List<Long> bits = written(cells(world, part));
            int step = Math.max(1, bits.size() / bitsOfARegion);
            for (int i = 0; i < bits.size(); i += step) {
                flip(pathfinder, world, last, cut, part, bits.get(i));
                world.board().restore(state);
            }
        }
    }

    /** Returns what a part holds; nothing where it isn't on a medium of units, and the boot loader doesn't keep it elsewhere. */
    private static byte[] cells(World world, Operation.Part part) throws HalException {
        byte[] own = world.board().loader().ownVariables();
        if (part == Operation.Part.BOOT_CONTROL && own.length > 0) {
            return own;
        }
        Optional<Region> region = world.board().storage().region(part);
        byte[] cells =
                new byte[region.isPresent() ? Math.toIntExact(region.get().length()) : 0];
        if (region.isPresent()) {
            region.get().peek(0, ByteBuffer.wrap(cells));
        }
        return cells;
    }

    /** The bits of the bytes that hold data: neither erased nor never written. */
    private static List<Long> written(byte[] cells) {
        List<Long> bits = new ArrayList<>();
        for (int at = 0; at < cells.length; at++) {
            for (int bit = 0; bit < 8 && cells[at] != 0 && cells[at] != (byte) 0xff; bit++) {
                bits.add(at * 8L + bit);
            }
        }
        return bits;
    }

    private void flip(Pathfinder pathfinder, World world, World last, Cut cut, Operation.Part part, long bit)
            throws HalException {
        considered++;
        pulse.add(1);
        Off off = new Off("flip", part.name().toLowerCase(Locale.ROOT).replace('_', '-'), bit);
        world.whileOff(off);
        Future known = pathfinder.known(world, 0);
        Future future = known != null ? known : pathfinder.follow(last, world.save(), 0, Faults.none());
        Verdict verdict = future.verdict();
        Schedule schedule = Schedule.of(cut, off);
        List<Violation> violations = Judge.of(setting, world, schedule, verdict, 0);
        if (limits.cells()) {
            cells.add(new Cell(cut.operation(), off.toString(), schedule, verdict, violations, known != null));
        }
        if (!violations.isEmpty() && ++failureCount <= Explorer.MAX_FAILURES) {
            failures.add(new Failure(schedule, violations));
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import io.twinbank.hal.HalException;
import io.twinbank.hal.ResetControl;
import io.twinbank.simulator.SimulatedBoard;
import io.twinbank.simulator.SimulatedGateway;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.fault.Fault;
import io.twinbank.simulator.fault.Schedule;
import io.twinbank.simulator.fault.SchedulePlayer;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.Reset;
import io.twinbank.simulator.report.OperationReport;
import io.twinbank.simulator.report.TimelineReport;
import io.twinbank.simulator.report.TimelineReport.Boot;
import io.twinbank.simulator.report.TimelineReport.Ending;
import io.twinbank.simulator.report.TimelineReport.Snapshot;
import io.twinbank.simulator.report.ViolationReport.Page;
import io.twinbank.simulator.scenario.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Tells the story of one schedule, life by life: who did what in which phase, and what the board held before and after. */
public final class Storyteller {
    /** How much of a page is shown. */
    private static final int PAGE_BYTES = 256;

    /**
     * A story.
     *
     * @param timeline the lives of the board, up to the rest
     * @param pages what each power cut left in the cells; nothing for records and variables that have none
     */
    public record Story(TimelineReport timeline, List<Page> pages) {
        public Story {
            pages = List.copyOf(pages);
        }
    }

    private final World world;
    private final Snapshots snapshots;
    private final SchedulePlayer player;
    private final List<Boot> boots = new ArrayList<>();
    private final List<Page> pages = new ArrayList<>();
    private byte[] cellsBefore = new byte[0];
    private Optional<Region> struck = Optional.empty();
    private String lastFault = "";

    private Storyteller(World world, Schedule schedule) {
        this.world = world;
        this.snapshots = new Snapshots(world);
        this.player = new SchedulePlayer(schedule, world::happen);
    }

    /**
     * Tells a story.
     *
     * @param setting on which board, in which scenario
     * @param schedule the faults
     * @return the same each time
     */
    public static Story tell(Setting setting, Schedule schedule) {
        try (World world = setting.world()) {
            Storyteller teller = new Storyteller(world, schedule);
            teller.tell();
            return new Story(new TimelineReport(setting + ":" + schedule, teller.boots), teller.pages);
        } catch (IOException e) {
            throw new UncheckedIOException("replaying " + setting + ":" + schedule, e);
        }
    }

    private void tell() throws HalException {
        Optional<SimulatedGateway.Ending> rest = Optional.empty();
        ResetControl.Cause cause = ResetControl.Cause.POWER_ON;
        long operations = 0;
        while (rest.isEmpty() && boots.size() < Pathfinder.MAX_BOOTS + player.size()) {
            if (cause == ResetControl.Cause.POWER_ON) {
                Pathfinder.switchOff(world, player);
                notePage();
            }
            int bootsBefore = world.board().boots().size();
            Snapshot before = snapshots.take();
            Recorder recorder = new Recorder(world, new Strikes());
            world.board().faults(recorder);
            rest = world.live();
            List<OperationReport> done = recorder.operations();
            List<SimulatedBoard.Boot> booted = world.board().boots();
            Optional<BootResult> result = booted.size() > bootsBefore
                    ? Optional.of(booted.get(booted.size() - 1).result())
                    : Optional.empty();
            Ending ending = ending(rest);
            boots.add(new Boot(
                    boots.size() + 1,
                    cause.name(),
                    result.map(Storyteller::bank).orElse(""),
                    result.map(Storyteller::image).orElse("the boot loader got no further"),
                    operations + 1,
                    done.stream().map(OperationReport::step).toList(),
                    ending,
                    words(ending, rest, operations + done.size()),
                    before,
                    snapshots.take()));
            operations += done.size();
            cause = world.board().log().stopped() instanceof Reset reset ? reset.cause() : ResetControl.Cause.POWER_ON;
        }
    }

    private static String bank(BootResult result) {
        return result instanceof BootResult.Booted booted ? booted.bank().name() : "";
    }

    private static String image(BootResult result) {
        return result instanceof BootResult.Booted booted
                ? booted.header().spec().version()
                : ((BootResult.Brick) result).why();
    }

    private Ending ending(Optional<SimulatedGateway.Ending> rest) {
        if (rest.isPresent()) {
            return rest.get() == SimulatedGateway.Ending.AT_REST ? Ending.REST : Ending.STUCK;
        }
        if (world.board().log().stopped() instanceof Reset reset) {
            return reset.cause() == ResetControl.Cause.WATCHDOG ? Ending.WATCHDOG : Ending.RESET;
        }
        return Ending.CUT;
    }

    private String words(Ending ending, Optional<SimulatedGateway.Ending> rest, long operation) {
        return switch (ending) {
            case CUT -> "operation " + operation + ": " + lastFault;
            case RESET -> "reset";
            case WATCHDOG -> "the watchdog bit";
            case REST -> "at rest";
            case STUCK ->
                rest.map(Enum::name).orElse("") + ": " + world.gateway().explain();
        };
    }

    /** Plays the faults, and keeps the cells that a cut is about to tear. */
    private final class Strikes implements Faults {
        @Override
        public Fate at(Operation operation, Change change) {
            Fate fate = player.at(operation, change);
            if (fate instanceof Fate.Cut) {
                List<Fault> fired = player.fired();
                lastFault = fired.get(fired.size() - 1).toString();
                struck = regionOf(operation);
                cellsBefore = struck.map(Storyteller::cells).orElse(cellsBefore);
            }
            return fate;
        }

        @Override
        public Optional<HalException.Kind> atRead() {
            return player.atRead();
        }
    }

    private Optional<Region> regionOf(Operation operation) {
        Operation.Part part =
                operation.part() == Operation.Part.BOOT_LOADER ? Operation.Part.BOOT_CONTROL : operation.part();
        return world.board().storage().region(part);
    }

    private static byte[] cells(Region region) {
        byte[] cells = new byte[Math.toIntExact(region.length())];
        try {
            region.peek(0, ByteBuffer.wrap(cells));
        } catch (HalException e) {
            throw new UncheckedIOException("the cells of " + region.part() + " can't be read", e);
        }
        return cells;
    }

    /** Shows the first page that the latest cut left changed, once the power is off. */
    private void notePage() {
        struck.ifPresent(region -> {
            byte[] after = cells(region);
            int changed = Arrays.mismatch(cellsBefore, after);
            if (changed >= 0) {
                int from = changed / PAGE_BYTES * PAGE_BYTES;
                int to = Math.min(after.length, from + PAGE_BYTES);
                HexFormat hex = HexFormat.of();
                pages.add(new Page(
                        region.part().name(),
                        from,
                        hex.formatHex(cellsBefore, from, to),
                        hex.formatHex(after, from, to)));
            }
        });
        struck = Optional.empty();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.FlashGeometry;
import io.twinbank.hal.HalException;
import io.twinbank.hal.ResetControl;
import io.twinbank.simulator.ForwardingStorage;
import io.twinbank.simulator.ForwardingStorage.ForwardingProfile;
import io.twinbank.simulator.IdealChip;
import io.twinbank.simulator.Profile;
import io.twinbank.simulator.Storage;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.explore.Exploration.Cell;
import io.twinbank.simulator.fault.SchedulePlayer;
import io.twinbank.simulator.medium.Change;
import io.twinbank.simulator.medium.Durable;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Operation;
import io.twinbank.simulator.medium.Operation.Part;
import io.twinbank.simulator.medium.OperationLog;
import io.twinbank.simulator.medium.Region;
import io.twinbank.simulator.medium.StateHash;
import io.twinbank.simulator.medium.Tear;
import io.twinbank.simulator.mutant.Mutant;
import io.twinbank.simulator.mutant.MutantRun;
import io.twinbank.simulator.mutant.Mutants;
import io.twinbank.simulator.oracle.Verdict;
import io.twinbank.simulator.profile.Profiles;
import io.twinbank.simulator.report.RunReport;
import io.twinbank.simulator.report.VacuityReport;
import io.twinbank.simulator.scenario.Scenarios;
import io.twinbank.simulator.scenario.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The simulator with each of six mistakes: the check that has to notice it does, and says nothing without the mistake. */
class SimulatorMutantsTest {
    private static final Profile SOUND = IdealChip.losing();

    @Test
    void cutsCountedOffByOne_replaysDifferFromTheSweep() throws HalException {
        Setting setting = setting(SOUND);
        List<Cell> cells = new Explorer(setting, Limits.single()).explore().cells();

        assertFalse(aReplayDiffers(setting, everySeventh(cells), 0));
        assertTrue(aReplayDiffers(setting, cells, 1));
    }

    @Test
    void tornOperationsAreWhole_tearsDontDifferFromTheEnd() {
        Set<StateHash.Key> sound = statesOfOneProgram(change -> change);
        Set<StateHash.Key> flawed = statesOfOneProgram(Whole::new);

        assertTrue(sound.size() >= 10, sound.size() + " states");
        assertEquals(2, flawed.size());
    }

    @Test
    void oraclesSayYes_aSeededBugLives() {
        Mutant bug = Mutants.named("M26");
        Mutant unjudged = new Mutant(
                bug.id(),
                bug.about(),
                bug.oracles(),
                bug.mode(),
                bug.offs(),
                () -> bug.sound().get().with(new NothingIsAsked(SOUND)),
                bug.bug());

        assertTrue(MutantRun.of(bug).killed());
        assertFalse(MutantRun.of(unjudged).killed());
    }

    @Test
    void forksShareABlock_replaysDifferFromTheSweep() throws HalException {
        Setting shared = setting(ForwardingStorage.in(SOUND, SharesVariables::new));
        List<Cell> cells = new Explorer(shared, Limits.single()).explore().cells();

        assertTrue(aReplayDiffers(setting(SOUND), cells, 0));
    }

    @Test
    void hashLeavesTheCellsOut_verdictsDifferWithAndWithoutMemory() {
        Setting sound = setting(SOUND);
        Setting flawed = setting(ForwardingStorage.in(SOUND, HashesRecordsOnly::new));

        List<String> forgetting = verdicts(sound, Limits.single().forgetting());
        assertEquals(forgetting, verdicts(sound, Limits.single()));
        assertNotEquals(forgetting, verdicts(flawed, Limits.single()));
    }

    @Test
    void faultsNeverFire_theRunIsVacuous() {
        RunReport sound = report(setting(SOUND));
        RunReport flawed = report(setting(new Unheard(SOUND)));

        assertTrue(sound.vacuity().stream().allMatch(VacuityReport::holds), sound.vacuity()::toString);
        assertFalse(flawed.vacuity().stream().allMatch(VacuityReport::holds), flawed.vacuity()::toString);
    }

    private static Setting setting(Profile profile) {
        return Setting.of(
                profile, BootLoaders.named("uboot"), Scenarios.named("rollback").withImageBytes(4096));
    }

    private static List<Cell> everySeventh(List<Cell> cells) {
        return IntStream.range(0, cells.size())
                .filter(i -> i % 7 == 0)
                .mapToObj(cells::get)
                .toList();
    }

    /** Whether a cell ends otherwise when it is replayed, by a player that is so many operations ahead. */
    private static boolean aReplayDiffers(Setting setting, List<Cell> cells, int ahead) throws HalException {
        try (World world = setting.world()) {
            Object beginning = world.save();
            for (Cell cell : cells) {
                SchedulePlayer player = new SchedulePlayer(cell.schedule(), world::happen);
                for (int i = 0; i < ahead; i++) {
                    player.at(new Operation(0, 0, 0, Part.STATE_STORE, "none", "", ""), () -> {});
                }
                Verdict verdict = new Pathfinder(false).play(world, beginning, player);
                if (player.fired().size() != 1 || !brief(verdict).equals(brief(cell.verdict()))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String brief(Verdict verdict) {
        return verdict.ending() + " after " + verdict.boots() + ", " + verdict.permanent() + ", " + verdict.told();
    }

    private static List<String> verdicts(Setting setting, Limits limits) {
        return new Explorer(setting, limits)
                .explore().cells().stream()
                        .map(cell -> cell.operation() + " " + cell.variant() + " " + brief(cell.verdict()))
                        .toList();
    }

    private static RunReport report(Setting setting) {
        return new ReportFiller(Mode.SINGLE, 1, 0).fill(new Sweep(setting, Mode.SINGLE, Limits.single(), 0).explore());
    }

    /** The states that a cut in the first program of the image on NOR may leave, both ends among them. */
    private static Set<StateHash.Key> statesOfOneProgram(UnaryOperator<Change> flaw) {
        Setting setting = setting(Profiles.named("nor-w25q128jv"));
        Set<StateHash.Key> states = new HashSet<>();
        try (World world = setting.world()) {
            world.board().faults((operation, change) -> {
                if (states.isEmpty()
                        && operation.part() == Part.BANK_B
                        && operation.name().equals("program")) {
                    states.addAll(statesOf(world, flaw.apply(change)));
                }
                return Fate.DONE;
            });
            world.live();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return states;
    }

    private static Set<StateHash.Key> statesOf(World world, Change change) {
        Set<StateHash.Key> states = new HashSet<>();
        Object before = world.board().save();
        states.add(world.key(ResetControl.Cause.POWER_ON));
        for (Tear tear : change.tears()) {
            try {
                change.torn(tear);
                states.add(world.key(ResetControl.Cause.POWER_ON));
                world.board().restore(before);
                change.whole();
                states.add(world.key(ResetControl.Cause.POWER_ON));
            } catch (HalException e) {
                throw new UncheckedIOException(e);
            }
            world.board().restore(before);
        }
        return states;
    }

    /** A change that a tear doesn't tear. */
    private record Whole(Change change) implements Change {
        @Override
        public void whole() throws HalException {
            change.whole();
        }

        @Override
        public List<Tear> tears() {
            return change.tears();
        }

        @Override
        public void torn(Tear tear) throws HalException {
            change.whole();
        }
    }

    /** All that is asked is to fail closed. */
    private static final class NothingIsAsked extends ForwardingProfile {
        NothingIsAsked(Profile profile) {
            super(profile);
        }

        @Override
        public boolean honest() {
            return false;
        }
    }

    /** The boot variables are those of whichever fork came last. */
    private static final class SharesVariables extends ForwardingStorage {
        SharesVariables(Storage storage) {
            super(storage);
        }

        @Override
        public void restore(Object saved) {
            Region variables = variables();
            ByteBuffer present = ByteBuffer.allocate(Math.toIntExact(variables.length()));
            try {
                variables.peek(0, present);
                super.restore(saved);
                variables.poke(0, present.flip());
            } catch (HalException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class HashesRecordsOnly extends ForwardingStorage {
        HashesRecordsOnly(Storage storage) {
            super(storage);
        }

        @Override
        public void addTo(StateHash hash) {
            ((Durable) storage.records()).addTo(hash);
        }
    }

    /** What its storage does goes to a log that no fault hears of. */
    private static final class Unheard extends ForwardingProfile {
        Unheard(Profile profile) {
            super(profile);
        }

        @Override
        public Storage make(FlashGeometry geometry, Predicate<BankId> isRunning, OperationLog log) throws HalException {
            OperationLog unheard = new OperationLog(() -> 0, stop -> {});
            unheard.powerOn();
            return super.make(geometry, isRunning, unheard);
        }
    }
}

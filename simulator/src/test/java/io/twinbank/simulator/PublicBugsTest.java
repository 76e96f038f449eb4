// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.simulator.BootBench.Chip;
import io.twinbank.simulator.boot.BootLoader;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.boot.bugs.PublicBug;
import io.twinbank.simulator.boot.bugs.PublicBugs;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.Faults;
import io.twinbank.simulator.medium.PowerCut;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each bug shows by a schedule that is written here by hand, and the mended loader doesn't show it by any. */
class PublicBugsTest {
    private interface Step {
        void run(BootBench bench) throws IOException;
    }

    private static final Step TRIAL = bench -> {
        bench.boot();
        bench.control().armTrial(BankId.B, 1, 7);
        assertEquals(BankId.B, bench.boot());
    };

    @Test
    void all_withoutFaults_doWhatALoaderDoes() throws IOException {
        for (PublicBug bug : PublicBugs.all()) {
            BootBench bench = bench(bug.mended());
            TRIAL.run(bench);
            assertEquals(Trial.RUNNING, bench.status().trial(), bug.id());
            bench.control().confirm();
            for (int i = 0; i < 9; i++) {
                assertEquals(BankId.B, bench.boot(), bug.id());
                assertEquals(Trial.NONE, bench.status().trial(), bug.id());
            }
            bench.control().armTrial(BankId.A, 1, 8);
            assertEquals(BankId.A, bench.boot(), bug.id());
            assertEquals(BankId.B, bench.boot(), bug.id());
            assertEquals(Trial.FELL_BACK, bench.status().trial(), bug.id());
            assertEquals(8, bench.status().lastTrialId(), bug.id());
        }
    }

    @Test
    void tornMagic_revertCut_failedImageRunsForEver() throws IOException {
        assertEquals(
                List.of(),
                cutEverywhere(named("mcuboot-1966").mended(), TRIAL, BootBench::power, PublicBugsTest::isHome));

        List<String> bad =
                cutEverywhere(named("mcuboot-1966").buggy(), TRIAL, BootBench::power, PublicBugsTest::isHome);

        assertTrue(bad.stream().anyMatch(schedule -> schedule.contains("prefix")), bad::toString);
        assertFalse(bad.stream().anyMatch(schedule -> schedule.contains("before")), bad::toString);
    }

    @Test
    void wrongSlotHeader_swapResumed_doesNotBoot() throws IOException {
        Step armed = bench -> {
            bench.boot();
            bench.control().armTrial(BankId.B, 1, 7);
        };
        assertEquals(
                List.of(),
                cutEverywhere(
                        named("mcuboot-2109").mended(),
                        armed,
                        BootBench::power,
                        bench -> bench.power() instanceof BootResult.Booted));

        List<String> bad = cutEverywhere(
                named("mcuboot-2109").buggy(),
                armed,
                BootBench::power,
                bench -> bench.power() instanceof BootResult.Booted);

        assertFalse(bad.isEmpty());
    }

    @Test
    void wrongSlotHeader_bootAfterTheOneThatFailed_revertsATrialThatNeverRan() throws IOException {
        BootBench bench = bench(named("mcuboot-2109").buggy());
        bench.boot();
        bench.control().armTrial(BankId.B, 1, 7);
        bench.log.faults(cutAt(bench.log.count() + 8, Tear.AFTER));

        assertTrue(cut(bench, BootBench::power));
        assertInstanceOf(BootResult.Brick.class, bench.power());
        assertEquals(BankId.A, bench.boot());
    }

    @Test
    void endlessRevert_bootAfterTheRevertWasSeen_swapsAgain() throws IOException {
        assertEquals(
                List.of(BankId.A, BankId.A, BankId.A),
                afterARevert(named("mcuboot-2199").mended()));

        assertEquals(
                List.of(BankId.B, BankId.A, BankId.B),
                afterARevert(named("mcuboot-2199").buggy()));
    }

    @Test
    void twoReaders_environmentWriteCut_takeDifferentCopies() throws IOException {
        Step arm = bench -> bench.control().armTrial(BankId.B, 1, 7);
        assertEquals(
                List.of(), cutEverywhere(named("uboot-env-sf").mended(), BootBench::boot, arm, PublicBugsTest::agree));

        List<String> bad = cutEverywhere(named("uboot-env-sf").buggy(), BootBench::boot, arm, PublicBugsTest::agree);

        assertFalse(bad.isEmpty());
    }

    @Test
    void bothInTheOrder_fourPowerCycles_changeTheBankOfAHealthyDevice() throws IOException {
        assertEquals(
                List.of(BankId.A, BankId.A, BankId.A, BankId.A),
                fourBoots(named("rauc-490").mended()));

        assertEquals(
                List.of(BankId.A, BankId.A, BankId.A, BankId.B),
                fourBoots(named("rauc-490").buggy()));
    }

    private static List<BankId> fourBoots(BootLoader.Factory factory) throws IOException {
        BootBench bench = bench(factory);
        return List.of(bench.boot(), bench.boot(), bench.boot(), bench.boot());
    }

    private static List<BankId> afterARevert(BootLoader.Factory factory) throws IOException {
        BootBench bench = bench(factory);
        TRIAL.run(bench);
        assertEquals(BankId.A, bench.boot());
        bench.control().disarm();
        return List.of(bench.boot(), bench.boot(), bench.boot());
    }

    private interface Oracle {
        boolean holds(BootBench bench) throws IOException;
    }

    private static boolean agree(BootBench bench) {
        return bench.loader.disagreement().isEmpty();
    }

    private static boolean isHome(BootBench bench) throws IOException {
        bench.boot();
        bench.boot();
        return bench.status().running() == BankId.A;
    }

    /** Cuts a call with every tear at every operation, and lists the cuts after which the oracle doesn't hold. */
    private static List<String> cutEverywhere(BootLoader.Factory factory, Step before, Step call, Oracle oracle)
            throws IOException {
        List<String> bad = new ArrayList<>();
        List<List<Tear>> operations = new ArrayList<>();
        BootBench recorded = bench(factory);
        before.run(recorded);
        recorded.log.faults((operation, change) -> {
            operations.add(Stream.concat(Stream.of(Tear.BEFORE, Tear.AFTER), change.tears().stream())
                    .toList());
            return Fate.DONE;
        });
        call.run(recorded);
        assertTrue(operations.size() > 1, operations.size() + " operations");
        for (int number = 1; number <= operations.size(); number++) {
            for (Tear tear : operations.get(number - 1)) {
                BootBench bench = bench(factory);
                before.run(bench);
                bench.log.faults(cutAt(bench.log.count() + number, tear));
                assertTrue(cut(bench, call));
                if (!oracle.holds(bench)) {
                    bad.add("cut(" + number + "," + tear + ")");
                }
            }
        }
        return bad;
    }

    private static Faults cutAt(long number, Tear tear) {
        return (operation, change) -> operation.number() == number ? new Fate.Cut(tear, Survival.NONE) : Fate.DONE;
    }

    private static boolean cut(BootBench bench, Step call) throws IOException {
        try {
            call.run(bench);
            return false;
        } catch (PowerCut expected) {
            return true;
        } finally {
            bench.log.faults((operation, change) -> Fate.DONE);
        }
    }

    private static BootBench bench(BootLoader.Factory factory) throws IOException {
        return new BootBench(factory, Chip.NOR);
    }

    private static PublicBug named(String id) {
        Optional<PublicBug> bug =
                PublicBugs.all().stream().filter(each -> each.id().equals(id)).findFirst();
        return bug.orElseThrow();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.twinbank.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinbank.hal.BankId;
import io.twinbank.hal.BootControl.Enforcement;
import io.twinbank.hal.BootStatus.Trial;
import io.twinbank.simulator.BootBench.Chip;
import io.twinbank.simulator.boot.BootLoaders;
import io.twinbank.simulator.boot.BootLoaders.Named;
import io.twinbank.simulator.boot.BootResult;
import io.twinbank.simulator.medium.Fate;
import io.twinbank.simulator.medium.PowerCut;
import io.twinbank.simulator.medium.Survival;
import io.twinbank.simulator.medium.Tear;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each imperfect model can't do, and what even those can. */
class BootModelLimitsTest {
    static Stream<String> models() {
        return BootLoaders.all().stream().map(Named::name);
    }

    @Test
    void named_unknown_saysWhichThereAre() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> BootLoaders.named("lilo"));

        assertTrue(refused.getMessage().contains("uboot, mcuboot, slots"), refused.getMessage());
    }

    @ParameterizedTest
    @MethodSource("models")
    void all_abilities_areThoseOfTheControl(String name) throws IOException {
        BootBench bench = booted(name, Chip.NOR);
        Named model = BootLoaders.named(name);

        assertEquals(model.abilities().maxAttempts(), bench.control().maxAttempts());
        assertEquals(
                model.abilities().verifies() ? Enforcement.BOOT_LOADER : Enforcement.AGENT_ONLY,
                bench.control().enforcement());
    }

    @Test
    void unverified_forgedImageArmed_isBooted() throws IOException {
        BootBench bench = booted("uboot-unverified", Chip.NOR);
        bench.forge(BankId.B);
        bench.control().armTrial(BankId.B, 1, 7);

        assertEquals(BankId.B, bench.boot());
    }

    @Test
    void uboot_forgedImageArmed_fallsBack() throws IOException {
        BootBench bench = booted("uboot", Chip.NOR);
        bench.forge(BankId.B);
        bench.control().armTrial(BankId.B, 1, 7);

        assertEquals(BankId.A, bench.boot());
        assertEquals(Trial.FELL_BACK, bench.status().trial());
    }

    @Test
    void altBootClears_fallback_isToldByTheTrialIdOnly() throws IOException {
        BootBench bench = booted("uboot-altboot-clears", Chip.NOR);
        bench.control().armTrial(BankId.B, 1, 7);
        bench.boot();

        assertEquals(BankId.A, bench.boot());

        assertEquals(Trial.NONE, bench.status().trial());
        assertEquals(7, bench.status().lastTrialId());
    }

    @Test
    void defaultB_variablesLost_triesBankBFirst() throws IOException {
        BootBench bench = booted("uboot-default-b", Chip.NOR);
        bench.loader.loseVariables();

        assertEquals(BankId.B, bench.boot());
        assertEquals(Trial.RUNNING, bench.status().trial());
    }

    @Test
    void rauc_bootsOfAConfirmedBank_areCountedAndWritten() throws IOException {
        BootBench bench = booted("rauc", Chip.NOR);
        Set<String> seen = new HashSet<>();
        long before = bench.log.count();

        for (int i = 0; i < 7; i++) {
            assertEquals(BankId.A, bench.boot());
            seen.add(bench.loader.describe().replaceAll(".*\\{|,.*", ""));
        }

        assertTrue(seen.containsAll(List.of("BOOT_A_LEFT=1", "BOOT_A_LEFT=2")), seen::toString);
        assertTrue(bench.log.count() >= before + 14, "an erase and a program at every boot");
    }

    @Test
    void grub_variablesLost_forgetsThatBankBWasConfirmed() throws IOException {
        BootBench bench = booted("grub", Chip.NOR);
        confirmB(bench);
        bench.loader.loseVariables();

        assertEquals(BankId.A, bench.boot());
        assertEquals(Trial.NONE, bench.status().trial());
    }

    @Test
    void grub_variablesLost_hasThemAgainForTheAgent() throws IOException {
        BootBench bench = booted("grub", Chip.NOR);
        bench.loader.loseVariables();
        bench.boot();

        bench.control().armTrial(BankId.B, 1, 8);

        assertEquals(BankId.B, bench.boot());
        assertEquals(8, bench.status().lastTrialId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"uboot", "slots"})
    void oneCopyLost_anyState_isTheStateOrTheOneBefore(String name) throws IOException {
        for (int unit = 0; unit < 2; unit++) {
            BootBench bench = booted(name, Chip.NOR);
            bench.control().armTrial(BankId.B, 2, 7);
            bench.boot();
            bench.control().confirm();
            bench.spoilUnit(unit);

            bench.boot();

            assertEquals(BankId.B, bench.status().running());
            assertTrue(Set.of(Trial.NONE, Trial.RUNNING).contains(bench.status().trial()), "unit " + unit);
            assertEquals(7, bench.status().lastTrialId());
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void armAndDisarm_hundredsOfTimes_isRightWhenTheSerialNumberWraps(String name) throws IOException {
        BootBench bench = booted(name, Chip.NOR);

        for (int i = 1; i <= 300; i++) {
            bench.control().armTrial(BankId.B, 1, i);
            assertEquals(Trial.ARMED, bench.status().trial());
            bench.control().disarm();
            assertEquals(Trial.NONE, bench.status().trial());
            assertEquals(i, bench.status().lastTrialId());
        }
        assertEquals(BankId.A, bench.boot());
    }

    @ParameterizedTest
    @MethodSource("models")
    void boot_brownOutLoops_bootsWhenTheyAreOver(String name) throws IOException {
        for (Tear tear : List.of(Tear.BEFORE, Tear.AFTER, Tear.parse("prefix:9"), Tear.parse("bits:85"))) {
            for (int life = 1; life <= 4; life++) {
                BootBench bench = booted(name, Chip.NOR);
                bench.control().armTrial(BankId.B, 1, 7);
                for (int loop = 0; loop < 64; loop++) {
                    brownOut(bench, life, tear);
                }

                assertInstanceOf(BootResult.Booted.class, bench.power(), tear + " at operation " + life);
                bench.boot();
                bench.boot();
                assertEquals(List.of(), bench.findings());
            }
        }
    }

    private static void brownOut(BootBench bench, int life, Tear tear) throws IOException {
        long last = bench.log.count() + life;
        bench.log.faults((operation, change) -> operation.number() == last
                ? new Fate.Cut(change.tears().isEmpty() && !tear.equals(Tear.AFTER) ? Tear.BEFORE : tear, Survival.NONE)
                : Fate.DONE);
        try {
            bench.power();
        } catch (PowerCut expected) {
            // the next loop begins
        }
        bench.log.faults((operation, change) -> Fate.DONE);
    }

    private static void confirmB(BootBench bench) throws IOException {
        bench.control().armTrial(BankId.B, 1, 7);
        bench.boot();
        bench.control().confirm();
        assertEquals(BankId.B, bench.boot());
    }

    private static BootBench booted(String name, Chip chip) throws IOException {
        BootBench bench = new BootBench(BootLoaders.named(name).factory(), chip);
        bench.boot();
        return bench;
    }
}
